// Passkeys: asks the visitor's device, puts its answer into the form, and sends the form.

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function put(form, name, value) {
  let field = form.elements.namedItem(name);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

async function sign(form, options) {
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(options.challenge),
      rpId: options.rpId,
      allowCredentials: options.allow.map((one) => ({ type: "public-key", id: bytes(one.id) })),
      userVerification: "required",
    },
  });
  const asked = options.allow.find((one) => one.id === text(answer.rawId));
  if (!asked) throw new Error("Another passkey answered than one of yours here.");
  put(form, "thumbprint", asked.thumbprint);
  put(form, "authenticator_data", text(answer.response.authenticatorData));
  put(form, "client_data", text(answer.response.clientDataJSON));
  put(form, "signature", text(answer.response.signature));
}

async function register(form, options) {
  const answer = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) })),
    },
  });
  const made = {
    id: answer.id,
    rawId: text(answer.rawId),
    type: answer.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: text(answer.response.clientDataJSON),
      attestationObject: text(answer.response.attestationObject),
    },
  };
  put(form, "credential", JSON.stringify(made));
}

const deeds = { get: sign, create: register };

function say(form, error) {
  const place = form.querySelector("[data-passkey-trouble]");
  const why = {
    NotAllowedError: "The device did not answer, or you said no. Nothing was sent: try again.",
    InvalidStateError: "This device holds a passkey of yours already.",
    SecurityError: "This page stands at another address than passkeys are registered for.",
  };
  place.textContent = why[error.name] ?? `That did not work: ${error.message}`;
  place.hidden = false;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    try {
      if (!navigator.credentials) throw new Error("this browser knows no passkeys at this address.");
      await deeds[form.dataset.passkey](form, JSON.parse(form.dataset.options));
      form.submit();
    } catch (error) {
      delete form.dataset.sent;
      say(form, error);
    }
  });
}
