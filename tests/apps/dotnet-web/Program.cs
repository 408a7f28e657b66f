var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHealthChecks();
var greeting = Environment.GetEnvironmentVariable("GREETING") ?? "hello";
var app = builder.Build();

app.MapGet("/", () => greeting);
app.MapHealthChecks("/healthz");

app.Run();
