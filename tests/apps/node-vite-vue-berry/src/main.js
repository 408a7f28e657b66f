import { createApp } from "vue";

createApp({ template: "<p>vue made this</p>" }).mount("#app");
