public class Mailer : BackgroundService
{
    private readonly string queue = Environment.GetEnvironmentVariable("QUEUE_URL") ?? throw new InvalidOperationException("QUEUE_URL");

    protected override Task ExecuteAsync(CancellationToken stopping) => Task.Delay(-1, stopping);
}
