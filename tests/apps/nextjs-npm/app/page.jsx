export default function Page() {
  return <p>nextjs-npm was built by next build</p>;
}
