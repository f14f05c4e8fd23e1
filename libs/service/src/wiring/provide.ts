import type { FactoryProvider } from '@nestjs/common';

type Token<T> = abstract new (...args: never[]) => T;

/** `provide(ChangeUser, InstallationRepository, Clock)`: the class, built from its constructor's arguments, checked against it. */
export function provide<A extends unknown[], T>(
  type: new (...args: A) => T,
  ...inject: { [K in keyof A]: Token<A[K]> }
): FactoryProvider<T> {
  return { provide: type, useFactory: (...args: A) => new type(...args), inject };
}

/** `provideAs(InstallationRepository, SqliteInstallationRepository, SqliteStore, …)`: an adapter under the name of its port. */
export function provideAs<P, A extends unknown[], T extends P>(
  port: Token<P>,
  adapter: new (...args: A) => T,
  ...inject: { [K in keyof A]: Token<A[K]> }
): FactoryProvider<T> {
  return { provide: port, useFactory: (...args: A) => new adapter(...args), inject };
}

/** `provideWith(ForgetSends, keptDays, SendRepository, Clock)`: as `provide`, for a class that is told something of the settings after its parts. */
export function provideWith<A extends unknown[], S, T>(
  type: new (...args: [...A, S]) => T,
  told: NoInfer<S>,
  ...inject: { [K in keyof A]: Token<A[K]> }
): FactoryProvider<T> {
  return { provide: type, useFactory: (...args: A) => new type(...args, told), inject };
}
