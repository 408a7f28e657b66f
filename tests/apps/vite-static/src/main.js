document.getElementById("app").textContent = `vite-static at ${import.meta.env.BASE_URL}`;
