module.exports = { siteMetadata: { title: "gatsby" } };
