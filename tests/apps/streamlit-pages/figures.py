import streamlit as st


@st.cache_data
def total() -> int:
    return 12
