const optionsHeading = /^Option( \(\* = required\))? +Description *$/m

/** Whether joptsimple's table of options is there. */
export function hasOptions(text: string): boolean {
  return optionsHeading.test(text)
}

/**
 * What a script may read from a help, that is all but the words that describe: of argparse4j's the usage, the headings
 * and what stands below them, of joptsimple's the options with the types of their arguments. Other text as it is.
 */
export function helpShape(text: string): unknown {
  if (text.startsWith('usage: ')) return argparseShape(text)
  return hasOptions(text) ? joptsimpleShape(text) : text
}

function argparseShape(text: string): unknown {
  const [usage = '', ...sections] = text.split('\n\n')
  const lines = sections.flatMap(section => section.split('\n'))
  return {
    usage: usage.replaceAll(/\s+/g, ' '),
    lines: lines.flatMap(line => /^(\S.*:| {2}(?:-|\{|COMMAND).*?| {4}[\w-]+)(?: {2}.*)?$/.exec(line)?.[1] ?? []),
  }
}

function joptsimpleShape(text: string): unknown {
  const [before = '', ...rest] = text.split(optionsHeading.exec(text)![0])
  const heading = optionsHeading.exec(text)![0]
  const column = heading.indexOf('Description')
  const options: string[] = []
  for (const line of rest.join('').split('\n').slice(2)) {
    const left = line.slice(0, column).trimEnd()
    if (/^(\* )?--/.test(left)) options.push(left)
    else if (left !== '') options[options.length - 1] += ` ${left.trim()}`
  }
  return {
    // One line, or several, that say what the tool is for.
    begins: before !== '',
    heading: heading.trim().replaceAll(/ +/g, ' '),
    // Not every argument of Kafka's has a name.
    options: options.map(option => option.replace(/[:\]>].*/, '')),
  }
}
