// Shows an OpenAPI document with Swagger UI, in the colours of the page.
"use strict";
{
  const place = document.getElementById("document");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const colour = () => {
    const theme = document.documentElement.dataset.theme;
    document.documentElement.classList.toggle("dark-mode", theme ? theme === "dark" : dark.matches);
  };
  colour();
  dark.addEventListener("change", colour);
  new MutationObserver(colour).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: false,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: false,
    tryItOutEnabled: false,
    validatorUrl: null,
    // The page has a main part already, and this is in it.
    onComplete: () => place.querySelector("main")?.setAttribute("role", "none"),
  });
}
