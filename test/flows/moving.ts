import type { World } from '../support/world.ts';

/** Whoever takes the environment's lock takes its fence as well: at that moment a table has another row in the catalog. */
export function movesAtEachLock(world: World): Promise<unknown> {
  return world.query(
    'prod',
    `CREATE FUNCTION tidegate.move() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         ALTER TABLE public.step_0001 RENAME TO moving;
         ALTER TABLE public.moving RENAME TO step_0001;
         RETURN NULL;
       END $$;
     CREATE TRIGGER move AFTER UPDATE ON tidegate.fence FOR EACH ROW EXECUTE FUNCTION tidegate.move()`,
  );
}
