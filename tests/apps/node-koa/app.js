const Koa = require("koa");
const Router = require("@koa/router");

const app = new Koa();
const router = new Router();
router.get("/healthz", (ctx) => { ctx.body = "ok"; });
router.get("/", (ctx) => { ctx.body = "koa answers\n"; });
app.use(router.routes());
app.listen(process.env.PORT || 3100);
