/** Answers `Ref` and `Fn::GetAtt`: what CloudFormation would know only after a deployment. */
export interface Lookup {
  ref(logicalId: string): string;
  attribute(logicalId: string, name: string): string;
}

/**
 * Resolves CloudFormation's intrinsic functions in a value of the template.
 *
 * @throws Error naming a function that is not known here
 */
export function resolveIntrinsics(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) {
    return value.filter((each) => !isNoValue(each)).map((each) => resolveIntrinsics(each, lookup));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? ['', undefined];
  if (entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::')))
    return call(name, argument, lookup);
  return Object.fromEntries(
    entries
      .filter(([, each]) => !isNoValue(each))
      .map(([key, each]) => [key, resolveIntrinsics(each, lookup)]),
  );
}

/** CloudFormation takes a property of this value as if it were not there. */
function isNoValue(value: unknown): boolean {
  return (value as { Ref?: unknown } | null)?.Ref === 'AWS::NoValue';
}

function call(name: string, argument: unknown, lookup: Lookup): unknown {
  const resolved = () => resolveIntrinsics(argument, lookup);
  switch (name) {
    case 'Ref':
      return lookup.ref(argument as string);
    case 'Fn::GetAtt': {
      const [logicalId, ...attribute] = Array.isArray(argument) ? argument : (argument as string).split('.');
      return lookup.attribute(logicalId as string, attribute.join('.'));
    }
    case 'Fn::Join': {
      const [separator, parts] = resolved() as [string, string[]];
      return parts.join(separator);
    }
    case 'Fn::Select': {
      const [index, list] = resolved() as [number | string, unknown[]];
      return list[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = resolved() as [string, string];
      return text.split(separator);
    }
    case 'Fn::Sub': {
      const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [
        string,
        Record<string, unknown>,
      ];
      return text.replace(/\$\{([^}]+)\}/g, (_, variable: string) => {
        // `${!Name}` stands for the text `${Name}`.
        if (variable.startsWith('!')) return `\${${variable.slice(1)}}`;
        if (variable in values) return String(resolveIntrinsics(values[variable], lookup));
        const dot = variable.indexOf('.');
        if (dot < 0) return lookup.ref(variable);
        return lookup.attribute(variable.slice(0, dot), variable.slice(dot + 1));
      });
    }
    default:
      throw new Error(
        `The template uses ${name}, which the local stack does not know (local/intrinsics.ts).`,
      );
  }
}
