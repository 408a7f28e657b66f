var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHostedService<Mailer>();
builder.Build().Run();
