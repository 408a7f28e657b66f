import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";

@Component({ selector: "app-root", template: "<p>angular made this</p>" })
class App {}

bootstrapApplication(App);
