// What pages are called: `guides/fail-over.html` as the guide's file, `functions/converse.textOf.html` without the scope.
import { type Application, KindRouter, type Reflection } from 'typedoc';

/** Gives pages addresses that can be typed, and that stay when a guide gets another title. */
export function setAddresses(app: Application, addresses: ReadonlyMap<Reflection, string>): void {
  class Addresses extends KindRouter {
    protected override getIdealBaseName(reflection: Reflection): string {
      return addresses.get(reflection) ?? super.getIdealBaseName(reflection).replace('/_outcrop_', '/');
    }
  }
  app.renderer.defineRouter('addresses', Addresses);
  app.options.setValue('router', 'addresses');
}
