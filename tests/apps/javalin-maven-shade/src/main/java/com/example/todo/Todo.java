package com.example.todo;

import io.javalin.Javalin;

public final class Todo {
    public static void main(String[] args) {
        Javalin app = Javalin.create();
        app.get("/health", context -> context.result("ok"));
        app.get("/", context -> context.result("nothing to do\n"));
        app.start(7070);
    }
}
