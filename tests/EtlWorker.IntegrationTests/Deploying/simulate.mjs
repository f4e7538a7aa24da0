// Reads a list of requests with their policies from standard input, and writes what IAM decides of each: Allowed,
// ImplicitlyDenied or ExplicitlyDenied. Run where @cloud-copilot/iam-simulate is installed.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const { runSimulation } = createRequire(join(process.cwd(), 'here.js'))('@cloud-copilot/iam-simulate')
// An organisation that forbids nothing.
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
const organisation = [{ orgIdentifier: 'r-none', policies: [{ name: 'everything', policy: everything }] }]

const decisions = []
for (const asked of JSON.parse(readFileSync(0, 'utf8'))) {
  const answer = await runSimulation({
    request: {
      principal: asked.principal,
      action: asked.action,
      resource: { resource: asked.resource, accountId: asked.account },
      contextVariables: { 'aws:SecureTransport': 'true', ...asked.context },
    },
    identityPolicies: asked.identityPolicies.map((policy, index) => ({ name: `policy-${index}`, policy })),
    resourcePolicy: asked.resourcePolicy ?? undefined,
    vpcEndpointPolicies: asked.endpointPolicy ? [{ name: 'endpoint', policy: asked.endpointPolicy }] : undefined,
    serviceControlPolicies: organisation,
    resourceControlPolicies: [],
  }, {})
  decisions.push(answer.resultType === 'error' ? `Error: ${JSON.stringify(answer.errors)}` : answer.overallResult)
}
console.log(JSON.stringify(decisions))
