/** 4 or 6 for the text of an IP address; undefined for anything else, host names included. */
export function ipVersion(text: string): 4 | 6 | undefined {
  if (isIpv4(text)) return 4
  return isIpv6(text) ? 6 : undefined
}

export function isIpAddress(text: string): boolean {
  return ipVersion(text) !== undefined
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every(part => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}

/** Eight groups, `::` for some of them, an IPv4 address for the last two, and a zone behind `%`. */
function isIpv6(text: string): boolean {
  const [address, ...zone] = text.split('%')
  if (zone.length > 1 || zone[0] === '') return false
  const halves = address!.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const endsInIpv4 = last !== undefined && isIpv4(last)
  const plain = endsInIpv4 ? groups.slice(0, -1) : groups
  if (!plain.every(group => /^[0-9a-fA-F]{1,4}$/.test(group))) return false
  const length = plain.length + (endsInIpv4 ? 2 : 0)
  return halves.length === 2 ? length <= 7 : length === 8
}
