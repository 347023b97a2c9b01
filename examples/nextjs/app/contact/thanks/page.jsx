export default function Thanks() {
  return <p>Thank you. We will be in touch.</p>;
}
