/*
 * Copyright the flink-connector-otsstream authors.
 * SPDX-License-Identifier: Apache-2.0
 */

// Table operations of the official Node.js client against the emulator named by the environment.
// Prints one line for each step that holds, and fails with the first that does not.
'use strict';

const assert = require('node:assert/strict');
const TableStore = require('tablestore');

const { Long, Condition, RowExistenceExpectation, SingleColumnCondition, ComparatorType } =
  TableStore;
const IGNORE = new Condition(RowExistenceExpectation.IGNORE, null);
const table = 'node_table';

const client = new TableStore.Client({
  endpoint: process.env.OTS_ENDPOINT,
  instancename: process.env.OTS_INSTANCE,
  accessKeyId: process.env.OTS_ACCESS_KEY_ID,
  accessKeySecret: process.env.OTS_ACCESS_KEY_SECRET,
  maxRetries: 0,
});

const key = (group, id) => [{ group }, { id: Long.fromNumber(id) }];

/** Columns as an object of name to value, longs as numbers. */
const columns = (row) =>
  Object.fromEntries(
    row.attributes.map((a) => [
      a.columnName,
      a.columnValue && a.columnValue.toNumber ? a.columnValue.toNumber() : a.columnValue,
    ]),
  );

const ids = (rows) => rows.map((row) => row.primaryKey[1].value.toNumber());

const get = async (group, id, options = {}) =>
  (await client.getRow({ tableName: table, primaryKey: key(group, id), maxVersions: 1, ...options }))
    .row;

const put = (group, id, attributeColumns, condition = IGNORE) =>
  client.putRow({ tableName: table, primaryKey: key(group, id), attributeColumns, condition });

const refusal = async (promise, status, text) => {
  const error = await promise.then(
    () => assert.fail(`expected a refusal: ${text}`),
    (e) => e,
  );
  assert.equal(error.code, status, String(error.message));
  assert.ok(error.message.includes(text), `${error.message} has no ${text}`);
};

const steps = {
  async create() {
    await client.createTable({
      tableMeta: {
        tableName: table,
        primaryKey: [
          { name: 'group', type: 'STRING' },
          { name: 'id', type: 'INTEGER' },
        ],
      },
      reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
      tableOptions: { timeToLive: -1, maxVersions: 3 },
      streamSpecification: { enableStream: true, expirationTime: 24 },
    });
    const { tableNames } = await client.listTable({});
    assert.ok(tableNames.includes(table));
  },

  async describe() {
    const description = await client.describeTable({ tableName: table });
    assert.deepEqual(
      description.tableMeta.primaryKey.map((column) => column.name),
      ['group', 'id'],
    );
    assert.equal(description.tableOptions.maxVersions, 3);
    assert.equal(description.streamDetails.enableStream, true);
  },

  async update_table() {
    const updated = await client.updateTable({
      tableName: table,
      tableOptions: { maxVersions: 5 },
    });
    assert.equal(updated.tableOptions.maxVersions, 5);
    assert.equal(updated.tableOptions.timeToLive, -1);
  },

  async put_and_get() {
    await put('a', 1, [
      { text: '表格存储' },
      { integer: Long.fromString('9007199254740993') },
      { real: -0.32 },
      { yes: true },
      { bytes: Buffer.from([0, 255]) },
    ]);
    const row = await get('a', 1);
    assert.equal(row.primaryKey[0].value, 'a');
    const byName = Object.fromEntries(row.attributes.map((a) => [a.columnName, a.columnValue]));
    assert.equal(byName.text, '表格存储');
    assert.equal(byName.integer.toString(), '9007199254740993');
    assert.equal(byName.real, -0.32);
    assert.equal(byName.yes, true);
    assert.deepEqual([...byName.bytes], [0, 255]);
    assert.deepEqual(columns(await get('a', 1, { columnsToGet: ['text'] })), { text: '表格存储' });
    assert.ok(!(await get('a', 2)).primaryKey);
  },

  async update() {
    const now = Date.now();
    await put('u', 1, [{ gone: 'x' }, { one: 'old', timestamp: now - 5 }, { kept: 'x' }]);
    await client.updateRow({
      tableName: table,
      primaryKey: key('u', 1),
      condition: IGNORE,
      updateOfAttributeColumns: [
        { PUT: [{ one: 'new', timestamp: now }, { added: Long.fromNumber(4) }] },
        { DELETE: [{ one: Long.fromNumber(now - 5) }] },
        { DELETE_ALL: ['gone'] },
      ],
    });
    const row = await get('u', 1, { maxVersions: 5 });
    assert.deepEqual(
      row.attributes.map((a) => a.columnName),
      ['added', 'kept', 'one'],
    );
    assert.deepEqual(columns(row), { added: 4, kept: 'x', one: 'new' });
  },

  async increment() {
    for (let i = 1; i <= 3; i++) {
      const { row } = await client.updateRow({
        tableName: table,
        primaryKey: key('u', 2),
        condition: IGNORE,
        updateOfAttributeColumns: [{ INCREMENT: [{ counter: Long.fromNumber(2) }] }],
        returnContent: {
          returnColumns: ['counter'],
          returnType: TableStore.ReturnType.AfterModify,
        },
      });
      assert.equal(columns(row).counter, 2 * i);
    }
  },

  async conditions() {
    const missing = new Condition(RowExistenceExpectation.EXPECT_NOT_EXIST, null);
    await put('c', 1, [{ state: 'new' }], missing);
    await refusal(put('c', 1, [{ state: 'x' }], missing), 403, 'OTSConditionCheckFail');
    const isNew = new Condition(
      RowExistenceExpectation.EXPECT_EXIST,
      new SingleColumnCondition('state', 'new', ComparatorType.EQUAL),
    );
    await put('c', 1, [{ state: 'done' }], isNew);
    await refusal(put('c', 1, [{ state: 'x' }], isNew), 403, 'OTSConditionCheckFail');
    assert.deepEqual(columns(await get('c', 1)), { state: 'done' });
  },

  async batches() {
    const rows = [];
    for (let i = 0; i < 25; i++) {
      rows.push({
        type: 'PUT',
        condition: IGNORE,
        primaryKey: key('r', i),
        attributeColumns: [{ n: Long.fromNumber(i) }, { parity: i % 2 ? 'odd' : 'even' }],
        returnContent: { returnType: TableStore.ReturnType.Primarykey },
      });
    }
    rows.push({ type: 'DELETE', condition: IGNORE, primaryKey: key('r', 24) });
    rows.push({
      type: 'UPDATE',
      condition: IGNORE,
      primaryKey: key('r', 0),
      attributeColumns: [{ PUT: [{ more: 'yes' }] }],
    });
    rows.push({
      type: 'PUT',
      condition: new Condition(RowExistenceExpectation.EXPECT_EXIST, null),
      primaryKey: key('r', 99),
      attributeColumns: [{ n: Long.fromNumber(99) }],
    });
    const written = await client.batchWriteRow({ tables: [{ tableName: table, rows }] });
    assert.deepEqual(
      written.tables.map((row) => row.isOk),
      rows.map((_, i) => i < rows.length - 1),
    );
    assert.equal(written.tables[rows.length - 1].errorCode, 'OTSConditionCheckFail');

    const read = await client.batchGetRow({
      tables: [
        {
          tableName: table,
          primaryKey: [key('r', 0), key('r', 24), key('r', 7)],
          maxVersions: 1,
        },
      ],
    });
    const [first, deleted, seventh] = read.tables[0];
    assert.deepEqual(columns(first), { more: 'yes', n: 0, parity: 'even' });
    assert.ok(deleted.isOk);
    assert.ok(!deleted.primaryKey);
    assert.equal(columns(seventh).n, 7);
  },

  async ranges() {
    const read = async (direction, from, to) => {
      const pages = [];
      let next = [{ group: 'r' }, { id: from }];
      while (next) {
        const page = await client.getRange({
          tableName: table,
          direction,
          maxVersions: 1,
          limit: 10,
          inclusiveStartPrimaryKey: next,
          exclusiveEndPrimaryKey: [{ group: 'r' }, { id: to }],
        });
        pages.push(ids(page.rows));
        next =
          page.nextStartPrimaryKey &&
          page.nextStartPrimaryKey.map((column) => ({ [column.name]: column.value }));
      }
      return pages;
    };
    const all = [...Array(24).keys()];
    const forward = await read(
      TableStore.Direction.FORWARD,
      TableStore.INF_MIN,
      TableStore.INF_MAX,
    );
    assert.deepEqual(forward, [all.slice(0, 10), all.slice(10, 20), all.slice(20)]);
    const backward = await read(
      TableStore.Direction.BACKWARD,
      TableStore.INF_MAX,
      TableStore.INF_MIN,
    );
    assert.deepEqual(backward.flat(), all.reverse());
  },

  async filters() {
    const filter = new TableStore.CompositeCondition(TableStore.LogicalOperator.AND);
    filter.addSubCondition(new SingleColumnCondition('parity', 'odd', ComparatorType.EQUAL));
    filter.addSubCondition(
      new SingleColumnCondition('n', Long.fromNumber(20), ComparatorType.LESS_THAN),
    );
    const { rows } = await client.getRange({
      tableName: table,
      direction: TableStore.Direction.FORWARD,
      maxVersions: 1,
      inclusiveStartPrimaryKey: [{ group: 'r' }, { id: TableStore.INF_MIN }],
      exclusiveEndPrimaryKey: [{ group: 'r' }, { id: TableStore.INF_MAX }],
      columnFilter: filter,
    });
    assert.deepEqual(ids(rows), [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    const page = await get('r', 0, {
      columnFilter: new TableStore.ColumnPaginationFilter(1, 1),
    });
    assert.deepEqual(columns(page), { n: 0 });
  },

  async auto_increment() {
    await client.createTable({
      tableMeta: {
        tableName: 'node_counted',
        primaryKey: [
          { name: 'group', type: 'STRING' },
          { name: 'id', type: 'INTEGER', option: 'AUTO_INCREMENT' },
        ],
      },
      reservedThroughput: { capacityUnit: { read: 0, write: 0 } },
      tableOptions: { timeToLive: -1, maxVersions: 1 },
    });
    const made = [];
    for (let i = 0; i < 3; i++) {
      const { row } = await client.putRow({
        tableName: 'node_counted',
        primaryKey: [{ group: 'g' }, { id: TableStore.PK_AUTO_INCR }],
        attributeColumns: [{ n: Long.fromNumber(i) }],
        condition: IGNORE,
        returnContent: { returnType: TableStore.ReturnType.Primarykey },
      });
      made.push(row.primaryKey[1].value.toString());
    }
    assert.equal(new Set(made).size, 3);
    await client.deleteTable({ tableName: 'node_counted' });
  },

  async delete_row() {
    await client.deleteRow({ tableName: table, primaryKey: key('a', 1), condition: IGNORE });
    assert.ok(!(await get('a', 1)).primaryKey);
  },

  async refusals() {
    await refusal(
      client.describeTable({ tableName: 'nowhere' }),
      404,
      'OTSObjectNotExist',
    );
    await refusal(
      client.getRow({
        tableName: table,
        primaryKey: [{ group: 'a' }],
        maxVersions: 1,
      }),
      400,
      'OTSInvalidPK',
    );
  },

  async delete_table() {
    await client.deleteTable({ tableName: table });
    await refusal(client.describeTable({ tableName: table }), 404, 'OTSObjectNotExist');
  },
};

(async () => {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (e) {
      console.error(`not ok - ${name}`);
      console.error(e);
      process.exit(1);
    }
    console.log(`ok - ${name}`);
  }
})();
