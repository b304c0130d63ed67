import { skipToken, useQuery } from '@apollo/client/react';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { useMessages } from '../../i18n/locale.tsx';
import { FindProductsQuery } from './query.ts';
import styles from './Rules.module.css';
import { useSettled } from './use-settled.ts';

interface Named {
  id: string;
  name: string;
}

interface ProductPickerProps {
  products: readonly Named[];
  onChange(products: readonly Named[]): void;
}

/** Single products, found by a part of their name. */
export function ProductPicker({ products, onChange }: ProductPickerProps) {
  const t = useMessages();
  const [text, setText] = useState('');
  const wanted = useSettled(text.trim(), 250);
  const { data, loading } = useQuery(FindProductsQuery, wanted === '' ? skipToken : { variables: { text: wanted } });
  const chosen = new Set(products.map(({ id }) => id));
  const found = (wanted === '' ? [] : (data?.products?.edges ?? [])).map(({ node }) => node);
  return (
    <div className={styles.picker}>
      {products.length > 0 ? (
        <ul className={styles.chosen} aria-label={t.rules.chosenProducts}>
          {products.map((product) => (
            <li key={product.id}>
              {product.name}
              <Button
                look="quiet"
                icon
                aria-label={t.customers.remove(product.name)}
                onClick={() => onChange(products.filter(({ id }) => id !== product.id))}
              >
                <X aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <Field label={t.rules.products} hint={t.rules.productsHint}>
        <input
          type="search"
          maxLength={100}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            // Enter in the search keeps the form open.
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
      </Field>
      {wanted !== '' && !loading && found.length === 0 ? <p className={styles.hint}>{t.rules.noProducts}</p> : null}
      {found.length > 0 ? (
        <ul className={styles.found}>
          {found
            .filter(({ id }) => !chosen.has(id))
            .map(({ id, name }) => (
              <li key={id}>
                <Button
                  look="quiet"
                  onClick={() => {
                    onChange([...products, { id, name }]);
                    setText('');
                  }}
                >
                  <Plus aria-hidden />
                  {name}
                </Button>
              </li>
            ))}
        </ul>
      ) : null}
    </div>
  );
}
