import streamlit as st

st.title("Regions")
