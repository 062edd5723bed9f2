// A file of its own, as the page's content security policy allows no script inside the page.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#api",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  // The token stays in this tab, and goes when the page is closed or loaded again
  persistAuthorization: false,
  // The default sends the document's address to a validator on the internet
  validatorUrl: null,
});
