export default function Home() {
  return <p>gatsby made this</p>;
}
