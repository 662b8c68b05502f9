/**
 * Columns of `till_key` that say what its till, branch and business are at present, kept by triggers. Each trigger writes
 * only what its own table says, so that of two changes at once neither writes what it had read before the other.
 */
export const standing = `
  LOCK TABLE till, branch, business IN SHARE MODE;
  ALTER TABLE till_key
    ADD COLUMN branch_id uuid, ADD COLUMN business_id uuid, ADD COLUMN scopes text[],
    ADD COLUMN till_ended boolean, ADD COLUMN branch_closed boolean, ADD COLUMN business_published boolean;
  UPDATE till_key SET branch_id = till.branch_id, business_id = branch.business_id, scopes = till.scopes,
         till_ended = till.ended_at IS NOT NULL, branch_closed = branch.id IS NULL OR branch.closed_at IS NOT NULL,
         business_published = business.id IS NOT NULL AND business.status = 'published'
    FROM till LEFT JOIN branch ON branch.id = till.branch_id LEFT JOIN business ON business.id = branch.business_id
   WHERE till.id = till_key.till_id;
  ALTER TABLE till_key
    ALTER COLUMN scopes SET NOT NULL, ALTER COLUMN till_ended SET NOT NULL, ALTER COLUMN branch_closed SET NOT NULL,
    ALTER COLUMN business_published SET NOT NULL, ALTER COLUMN branch_id SET NOT NULL,
    ADD COLUMN works boolean NOT NULL
      GENERATED ALWAYS AS (NOT till_ended AND NOT branch_closed AND business_published) STORED;
  CREATE INDEX ix_till_key__branch ON till_key (branch_id);
  CREATE INDEX ix_till_key__business ON till_key (business_id);

  -- A new key, or one whose till has moved. Whoever is changing one of the three rows is waited for, or waits.
  CREATE FUNCTION till_key_begins() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    SELECT till.branch_id, till.scopes, till.ended_at IS NOT NULL INTO NEW.branch_id, NEW.scopes, NEW.till_ended
      FROM till WHERE till.id = NEW.till_id FOR SHARE;
    SELECT branch.business_id, branch.closed_at IS NOT NULL INTO NEW.business_id, NEW.branch_closed
      FROM branch WHERE branch.id = NEW.branch_id FOR SHARE;
    SELECT business.status = 'published' INTO NEW.business_published
      FROM business WHERE business.id = NEW.business_id FOR SHARE;
    NEW.branch_closed := coalesce(NEW.branch_closed, true);
    NEW.business_published := coalesce(NEW.business_published, false);
    RETURN NEW;
  END $$;
  CREATE TRIGGER till_key_begins BEFORE INSERT OR UPDATE OF till_id, branch_id ON till_key
    FOR EACH ROW EXECUTE FUNCTION till_key_begins();

  CREATE FUNCTION till_keys_follow_till() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE till_key SET scopes = NEW.scopes, till_ended = NEW.ended_at IS NOT NULL WHERE till_id = NEW.id;
    IF NEW.branch_id <> OLD.branch_id THEN
      UPDATE till_key SET branch_id = NEW.branch_id WHERE till_id = NEW.id;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER till_keys_follow AFTER UPDATE OF branch_id, scopes, ended_at ON till FOR EACH ROW
    WHEN ((OLD.branch_id, OLD.scopes, OLD.ended_at) IS DISTINCT FROM (NEW.branch_id, NEW.scopes, NEW.ended_at))
    EXECUTE FUNCTION till_keys_follow_till();

  CREATE FUNCTION till_keys_follow_branch() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE till_key SET branch_closed = NEW.closed_at IS NOT NULL WHERE branch_id = NEW.id;
    IF NEW.business_id <> OLD.business_id THEN
      -- Begins anew: the business is looked up.
      UPDATE till_key SET branch_id = NEW.id WHERE branch_id = NEW.id;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER till_keys_follow AFTER UPDATE OF business_id, closed_at ON branch FOR EACH ROW
    WHEN ((OLD.business_id, OLD.closed_at) IS DISTINCT FROM (NEW.business_id, NEW.closed_at))
    EXECUTE FUNCTION till_keys_follow_branch();

  CREATE FUNCTION till_keys_follow_business() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE till_key SET business_published = (NEW.status = 'published') WHERE business_id = NEW.id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER till_keys_follow AFTER UPDATE OF status ON business FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION till_keys_follow_business();
`;
