#!/usr/bin/env node
const { count } = require("../lib");

console.log(count(process.argv.slice(2).join(" ")));
