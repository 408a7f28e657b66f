import gradio as gr


def greet(name: str) -> str:
    return f"Hello {name}"


with gr.Blocks() as demo:
    gr.Interface(fn=greet, inputs="text", outputs="text")

if __name__ == "__main__":
    demo.queue().launch()
