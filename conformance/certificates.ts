import { generate } from 'selfsigned';

export type Certificates = { ca: string; key: string; cert: string };

/** An authority of its own, and a certificate of it for the hosts: strict clients refuse a leaf that is its own root. */
export async function certificatesFor(hosts: string[]): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'mlgraph conformance' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: 'commonName', value: hosts[0] }], {
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  });
  return { ca: authority.cert, key: leaf.private, cert: leaf.cert };
}
