/** What stands outside all instances: static_ipaddress, static_routes, static_rules; and the rules' places. */
import { bindAddress } from './bind-address.ts';
import { bindRoutes } from './bind-route.ts';
import { bindRules } from './bind-rule.ts';
import type { Binder, Entry, Values } from './block.ts';
import type { Configuration, VirtualAddress } from './model.ts';
import type { ConfiguredRouting, RoutingContext } from './routing-words.ts';

/**
 * With each `vrrp_instance` given to `bindInstance` where it stands among the static rules, for rules without a priority
 * get theirs in the order of the file.
 */
export function bindStatics<T>(
  root: Values,
  defaultInterface: string | undefined,
  context: RoutingContext,
  binder: Binder,
  bindInstance: (entry: Entry) => T,
): { readonly statics: Configuration['statics']; readonly instances: T[] } {
  const rules: ConfiguredRouting[] = [];
  const instances: T[] = [];
  for (const entry of root.all('static_rules', 'vrrp_instance')) {
    if (entry.line.keyword.text === 'vrrp_instance') instances.push(bindInstance(entry));
    else rules.push(...bindRules(entry.line.block ?? [], context, binder.report));
  }
  const addresses = bindAddresses(root, defaultInterface, binder);
  const routes = bindRoutes(root.linesIn('static_routes'), context, binder.report);
  return { statics: { addresses, routing: [...routes, ...rules] }, instances };
}

function bindAddresses(root: Values, defaultInterface: string | undefined, binder: Binder): VirtualAddress[] {
  return root.linesIn('static_ipaddress').flatMap((line) => {
    const bound = bindAddress(line, binder);
    const name = bound?.interface ?? defaultInterface;
    if (bound && name !== undefined) return [{ ...bound, interface: name }];
    if (!bound) return [];
    const message = `static address \`${bound.address}\` has no interface`;
    binder.report({
      code: 'required',
      severity: 'error',
      message,
      span: bound.span,
      hint: 'write `dev INTERFACE` behind it',
    });
    return [];
  });
}
