import { createBrowserRouter, redirectDocument } from 'react-router';
import { Crash } from './pages/Crash.tsx';

/** Every page and its address. Pages are loaded when they are gone to; each module's `Component` is the page. */
export const router = createBrowserRouter([
  { path: '/sign-in', lazy: () => import('./pages/SignIn.tsx'), ErrorBoundary: Crash, HydrateFallback: () => null },
  // The playground is a page of its own, which this router does not draw.
  { path: '/playground', loader: () => redirectDocument('/graphiql'), HydrateFallback: () => null },
  {
    path: '/',
    lazy: () => import('./shell/Shell.tsx'),
    ErrorBoundary: Crash,
    HydrateFallback: () => null,
    children: [
      { index: true, lazy: () => import('./pages/Overview.tsx') },
      { path: 'customers', lazy: () => import('./pages/customers/Customers.tsx') },
      { path: 'customers/:id', lazy: () => import('./pages/customer/Customer.tsx') },
      { path: 'products', lazy: () => import('./pages/products/Products.tsx') },
      { path: 'products/:id', lazy: () => import('./pages/product/Product.tsx') },
      { path: 'events', lazy: () => import('./pages/events/Events.tsx') },
      { path: 'models', lazy: () => import('./pages/models/Models.tsx') },
      { path: 'segments', lazy: () => import('./pages/segments/Segments.tsx') },
      { path: 'rules', lazy: () => import('./pages/rules/Rules.tsx') },
      { path: 'experiments', lazy: () => import('./pages/experiments/Experiments.tsx') },
      { path: 'experiments/:id', lazy: () => import('./pages/experiments/Experiment.tsx') },
      { path: 'keys', lazy: () => import('./pages/keys/Keys.tsx') },
      { path: 'status', lazy: () => import('./pages/status/Status.tsx') },
      { path: '*', lazy: () => import('./pages/NotFound.tsx') },
    ],
  },
]);
