project = "sphinx-docs"
extensions = []
html_theme = "alabaster"
