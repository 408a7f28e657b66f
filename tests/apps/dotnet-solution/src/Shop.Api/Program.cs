using Shop.Core;

var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/health", () => "well");
app.MapGet("/", () => Prices.Of("tea"));
app.Run();
