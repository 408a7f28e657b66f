open Microsoft.AspNetCore.Builder
open Giraffe

// let app = old.UseUrls("http://*:1234")
let app = (WebApplication.CreateBuilder()).Build()
app.UseGiraffe(route "/ping" >=> text "pong")
app.Run("http://0.0.0.0:8085")
