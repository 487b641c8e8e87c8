/** The repository's file of the demo's team: `.github/tidegate.yml` on its default branch. */
export const repositoryFile = `version: 1
migrations:
  directory: migrations
environments:
  dev:
    branch: dev
    protected: false
  qa:
    branch: qa
    protected: true
    promotes_from: dev
    approvals:
      required: 1
      from: ['@acme/testers']
  prod:
    branch: main
    protected: true
    promotes_from: qa
    approvals:
      required: 1
      from: ['@acme/dba']
    hotfix:
      label: hotfix
    rollback:
      approvals: 1
`;

/** The server's file: the only place that names databases, and it holds no password. */
export const serverFile = `databases:
  - repository: acme/shop
    environment: dev
    url: env:SHOP_DEV_URL
  - repository: acme/shop
    environment: qa
    url: env:SHOP_QA_URL
  - repository: acme/shop
    environment: prod
    url: env:SHOP_PROD_URL
    least: { protected: true, approvals: 1 }
control:
  url: env:CONTROL_URL
`;
