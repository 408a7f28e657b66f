export default function Home() {
  return <p>remix answers</p>;
}
