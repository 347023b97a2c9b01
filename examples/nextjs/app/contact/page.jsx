"use client";

// The form. Its state is sent as JSON, so the script is asked for what it measured: fraudcheck.data(form).
import Script from "next/script";
import { useRouter } from "next/navigation";
import { useState } from "react";

export default function Contact() {
  const router = useRouter();
  const [lead, setLead] = useState({});
  const [failed, setFailed] = useState(false);
  const change = ({ target }) => setLead({ ...lead, [target.name]: target.value });

  async function send(event) {
    event.preventDefault();
    const body = JSON.stringify({ ...lead, fraudcheck: window.fraudcheck?.data(event.currentTarget) });
    const answer = await fetch("/api/contact", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    }).catch(() => null);
    if (answer?.ok) router.push("/contact/thanks");
    else setFailed(true);
  }

  return (
    <>
      <Script
        src={`${process.env.NEXT_PUBLIC_FRAUDCHECK_URL ?? "http://127.0.0.1:8080"}/form.js`}
        data-site={process.env.NEXT_PUBLIC_FRAUDCHECK_SITE_KEY}
      />
      <form method="post" action="/api/contact" data-fraudcheck="" onChange={change} onSubmit={send}>
        <p><label>Name <input name="name" autoComplete="name" /></label></p>
        <p><label>Mail <input name="email" type="email" autoComplete="email" required /></label></p>
        <p><label>Phone <input name="phone" type="tel" autoComplete="tel" /></label></p>
        <p><label>Message <textarea name="message" /></label></p>
        <p><button>Send</button></p>
        {failed && <p role="alert">That did not work. Please try again.</p>}
      </form>
    </>
  );
}
