package com.example.links

import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

fun main() {
    val port = System.getenv("PORT")?.toInt() ?: 8070
    embeddedServer(Netty, port = port, host = "0.0.0.0") {
        routing {
            get("/healthz") { call.respondText("ok") }
            get("/") { call.respondText("links") }
        }
    }.start(wait = true)
}
