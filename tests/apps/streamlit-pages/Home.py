import streamlit as st

from figures import total

st.title("Sales")
st.metric("this year", total())
