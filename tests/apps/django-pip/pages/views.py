from django.http import HttpResponse, JsonResponse


def index(request):
    return HttpResponse("django-pip answers through gunicorn\n")


def health(request):
    return JsonResponse({"status": "ok"})
