fetch("http://localhost:8000/health").then((answer) => answer.text()).then((text) => document.body.append(text));
