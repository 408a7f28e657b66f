const { Router } = require("express");

const router = Router();

router.get("/health", (request, response) => response.json({ status: "ok" }));

module.exports = router;
