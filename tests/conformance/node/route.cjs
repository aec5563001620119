// A server route as Next.js has it, reduced to what it does: it takes the widget's question and asks Aloft's agent, with a
// token from its environment.
//
// Environment: ALOFT_AGENT, ALOFT_TOKEN. Standard input: the body that the widget's page sends. Prints status and body.

const POST = async (request) => {
  const { paramsToSign } = await request.json()
  const answer = await fetch(`${process.env.ALOFT_AGENT}/api/sign`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${process.env.ALOFT_TOKEN}` },
    body: JSON.stringify({ paramsToSign }),
  })
  return Response.json(await answer.json(), { status: answer.status })
}

async function main() {
  const chunks = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  const answer = await POST(new Request('http://localhost:3000/api/sign-cloudinary-params', { method: 'POST', body }))
  console.log(JSON.stringify({ status: answer.status, body: await answer.json() }))
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
