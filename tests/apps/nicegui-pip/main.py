from nicegui import ui

ui.label("Hello")
ui.run(port=8085, reload=False)
