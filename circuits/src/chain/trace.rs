// SPDX-License-Identifier: Apache-2.0

//! The witness of a block, from the ledger.
//!
//! A [`Script`] says what a chain does in a block, slot by slot; [`Script::play`] does it once more on
//! the trees of the state before, cell by cell in the circuit's order, and writes down what each
//! cell finds: leaf, balance and paths at its own moment. Playing checks nothing but that the script
//! is whole, as the constraints decide; [`ChainWitness::of_block`] compares where it leads with the
//! header.

use super::{
	overlay::Working,
	rules::{Balance, Place, RULES, Reserve, Rule, Token},
	witness::{
		ACCOUNT_TOP, AccountVisit, BalanceVisit, ChainWitness, FeeWitness, LeafWords, POOL_TOP,
		RegisterWitness, SignedWitness, SlotWitness,
	},
};
use crate::gadgets::signature::SignatureWitness;
use ark_ff::{AdditiveGroup, PrimeField};
use ligature_ledger::{ChainState, PoolLeaf, SealedBlock, SealedChain};
use ligature_primitives::{
	amount::Amount,
	constants::{FEE_TOKENS, MINIMUM_LIQUIDITY, REGISTERS, SizeClass},
	ids::{AccountIndex, BlockNumber, ChainId, NetworkId, PoolSlot, Side, Timestamp, TokenId},
	log::LogEntry,
	op::{Cell, CellCode, FLAG_APPLIED, FLAG_CREATES, Operation, OperationKind, Transaction},
	pool::PoolParams,
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
};
use std::collections::{BTreeMap, HashMap};

/// Why there is no witness for a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
	/// The state is another chain's.
	#[error("a block of chain {chain}, a state of chain {state}")]
	WrongChain {
		/// The block's.
		chain: ChainId,
		/// The state's.
		state: ChainId,
	},
	/// There is not one state for each chain of the block.
	#[error("a block of {chains} chains, {states} states")]
	ChainCount {
		/// The block's chains.
		chains: usize,
		/// The states.
		states: usize,
	},
	/// The state is not the one that the block starts from.
	#[error("the block does not start from this state")]
	OldState,
	/// The block's operations do not lead from the state to the header's root and next index.
	#[error("the block does not lead from this state to the header's")]
	NewState,
	/// The public data has no cells.
	#[error("the public data has no cells: {0}")]
	Data(Refusal),
	/// The number of slots or registers is not the class's.
	#[error("there are more slots or registers than the class has")]
	TooMany,
	/// A slot touches a pool that has no register, or no leaf.
	#[error("slot {slot} touches a pool that is not there")]
	Pool {
		/// The slot.
		slot: usize,
	},
	/// A reserve or supply leaves its range.
	#[error("slot {slot} moves a pool out of range")]
	Reserve {
		/// The slot.
		slot: usize,
	},
	/// The log does not have an entry of the slot's code where it should.
	#[error("the log has no entry for slot {slot}")]
	Log {
		/// The slot.
		slot: usize,
	},
	/// The log, the transactions or the registers hold more than the slots use.
	#[error("the log or the transactions hold more than the slots use")]
	Left,
	/// No signed transaction is left that debits the slot's account.
	#[error("no transaction debits the account of slot {slot}")]
	Transaction {
		/// The slot.
		slot: usize,
	},
	/// A key or signature that is no point.
	#[error("the key or signature of slot {slot} is malformed")]
	Signature {
		/// The slot.
		slot: usize,
	},
	/// More tokens with fees than a block may have.
	#[error("fees are taken in more than {FEE_TOKENS} tokens")]
	FeeTokens,
}

/// What one slot does, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
	/// What public data shows.
	pub cell: Cell,
	/// The pool whose register the cell moves or creates.
	pub pool: Option<PoolSlot>,
	/// The balance that it visits.
	pub token: TokenId,
}

impl Step {
	/// No effect.
	pub const NOOP: Self = Self { cell: Cell::NOOP, pool: None, token: TokenId::NATIVE };
}

/// What a chain does in a block, slot by slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
	/// The network.
	pub network: NetworkId,
	/// The chain.
	pub chain: ChainId,
	/// Version of the circuits.
	pub version: u16,
	/// The block's number.
	pub number: BlockNumber,
	/// The block's time.
	pub timestamp: Timestamp,
	/// How many slots the circuit has.
	pub class: SizeClass,
	/// Bytes of public data.
	pub data_length: u32,
	/// The account that takes the fees.
	pub fee_account: AccountIndex,
	/// What each slot does.
	pub steps: Vec<Step>,
	/// The pool leaves that are touched, ascending.
	pub registers: Vec<PoolSlot>,
	/// The joint log.
	pub log: Vec<LogEntry>,
	/// The signed transactions that debit accounts of the chain, in the block's order; others are passed
	/// over.
	pub transactions: Vec<Transaction>,
}

/// Where a [`Script`] leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination {
	/// The state root.
	pub root: Word,
	/// The next free account index.
	pub next: u32,
}

impl Script {
	/// What a sealed block does on one chain, from the state before it. `transactions` are those of the block's
	/// accepted operations, in order.
	///
	/// # Errors
	///
	/// [`TraceError::Data`], [`TraceError::Pool`].
	pub fn of_block(
		before: &ChainState,
		network: NetworkId,
		version: u16,
		(number, timestamp): (BlockNumber, Timestamp),
		block: &SealedChain,
		transactions: &[Transaction],
	) -> Result<Self, TraceError> {
		let SealedChain { header, data, log, .. } = block;
		let cells = data.slots(header.size_class).map_err(TraceError::Data)?;
		Ok(Self {
			network,
			chain: header.chain,
			version,
			number,
			timestamp,
			class: header.size_class,
			data_length: header.data_length,
			fee_account: header.fee_account,
			steps: steps(before, &cells)?,
			registers: data.registers.iter().map(|register| register.slot).collect(),
			log: log.clone(),
			transactions: transactions.to_vec(),
		})
	}

	/// Does it on a state that has no changes since it was sealed.
	///
	/// # Errors
	///
	/// Those of [`TraceError`] that say that something is missing or left over.
	pub fn play(&self, before: &ChainState) -> Result<(ChainWitness, Destination), TraceError> {
		let slots = self.class.capacity() as usize;
		if self.steps.len() != slots || self.registers.len() > REGISTERS {
			return Err(TraceError::TooMany);
		}
		let mut player = Player::new(self, before);
		let (account_top, pool_top) =
			(player.accounts.upper_nodes(ACCOUNT_TOP), player.pools.upper_nodes(POOL_TOP));
		let slots = (0..slots).map(|slot| player.slot(slot)).collect::<Result<_, _>>()?;
		if player.log.next().is_some() || player.debits.next().is_some() {
			return Err(TraceError::Left);
		}
		let (fee_account, fees) = player.credit_fees()?;
		let registers = player.store_registers()?;
		let root = hash(Domain::ROOT, &[player.accounts.root(), player.pools.root()]);
		let witness = ChainWitness {
			network: self.network,
			chain: self.chain,
			version: self.version,
			number: self.number,
			timestamp: self.timestamp,
			class: self.class,
			old_next: before.next(),
			data_length: self.data_length,
			account_top,
			pool_top,
			registers,
			slots,
			fee_account,
			fees,
		};
		Ok((witness, Destination { root, next: player.next }))
	}
}

impl ChainWitness {
	/// The witness of one chain's half of a sealed block, from the state before it. `transactions` are those of
	/// the block's accepted operations, in order.
	///
	/// # Errors
	///
	/// [`TraceError`]: state, block and transactions do not belong together.
	pub fn of_block(
		before: &ChainState,
		network: NetworkId,
		version: u16,
		(number, timestamp): (BlockNumber, Timestamp),
		block: &SealedChain,
		transactions: &[Transaction],
	) -> Result<Self, TraceError> {
		let header = &block.header;
		if before.chain() != header.chain {
			return Err(TraceError::WrongChain { chain: header.chain, state: before.chain() });
		}
		if (before.root(), before.next()) != (header.old_root, header.old_next) {
			return Err(TraceError::OldState);
		}
		let when = (number, timestamp);
		let script = Script::of_block(before, network, version, when, block, transactions)?;
		let (witness, destination) = script.play(before)?;
		if (destination.root, destination.next) != (header.new_root, header.new_next) {
			return Err(TraceError::NewState);
		}
		Ok(witness)
	}

	/// The witnesses of all chains of a sealed block, from their states before it; none for a chain on which
	/// nothing happens. `operations` are the accepted ones, in order.
	///
	/// # Errors
	///
	/// [`TraceError`]: states, block and operations do not belong together.
	pub fn of_sealed(
		before: &[ChainState],
		network: NetworkId,
		version: u16,
		block: &SealedBlock,
		operations: &[Operation],
	) -> Result<Vec<Option<Self>>, TraceError> {
		if before.len() != block.chains.len() {
			return Err(TraceError::ChainCount {
				chains: block.chains.len(),
				states: before.len(),
			});
		}
		let transactions: Vec<Transaction> =
			operations.iter().filter_map(Operation::transaction).collect();
		let when = (block.number, block.timestamp);
		let chains = before.iter().zip(&block.chains).map(|(state, chain)| {
			if chain.header.size_class.is_empty() {
				return Ok(None);
			}
			Self::of_block(state, network, version, when, chain, &transactions).map(Some)
		});
		chains.collect()
	}

	/// A witness for no operation at all, on an empty state: all slots are padding. Keys are made from
	/// it.
	pub fn padding(class: SizeClass) -> Self {
		let chain = ChainId(1);
		let script = Script {
			network: NetworkId(0),
			chain,
			version: 0,
			number: BlockNumber(0),
			timestamp: Timestamp::default(),
			class,
			data_length: 0,
			fee_account: AccountIndex::ZERO,
			steps: vec![Step::NOOP; class.capacity() as usize],
			registers: Vec::new(),
			log: Vec::new(),
			transactions: Vec::new(),
		};
		let (witness, _) =
			script.play(&ChainState::new(chain)).expect("padding needs nothing; qed");
		witness
	}
}

/// The table's row of a cell.
fn rule_of(code: CellCode) -> &'static Rule {
	RULES.iter().find(|rule| rule.code == code).expect("the table has a row for each code; qed")
}

/// The pool whose register a cell moves or creates.
fn own_pool(cell: &Cell) -> Option<PoolSlot> {
	match (cell.code, rule_of(cell.code).reserve) {
		(_, Reserve::None) => None,
		(CellCode::ExitBurn, _) if cell.amount.is_zero() => None,
		(CellCode::ExitBurn, _) => TokenId(cell.selector).lp_slot(),
		_ => Some(PoolSlot(cell.selector)),
	}
}

/// Which pools and balances the cells of a block's public data are about.
fn steps(before: &ChainState, cells: &[Cell]) -> Result<Vec<Step>, TraceError> {
	// The tokens of the pools, of those too that the block creates.
	let mut tokens: BTreeMap<PoolSlot, TokenId> =
		before.pools().map(|(slot, leaf)| (slot, leaf.token())).collect();
	// A second cell is about the pool of the first.
	let mut first = None;
	let steps = cells.iter().enumerate().map(|(slot, cell)| {
		let absent = TraceError::Pool { slot };
		let rule = rule_of(cell.code);
		let pool = own_pool(cell);
		if let (CellCode::CreatePool, Some(pool)) = (cell.code, pool) {
			tokens.insert(pool, created_leaf(cell).token());
		}
		let about = if rule.place == Place::Second { first } else { pool };
		let token = match (rule.token, about) {
			(Token::None, _) => TokenId::NATIVE,
			(Token::L1 | Token::Any | Token::Lp, _) => TokenId(cell.selector),
			(Token::Own, Some(pool)) => *tokens.get(&pool).ok_or(absent)?,
			// An exit of no shares touches no pool.
			(Token::Own, None) => TokenId::NATIVE,
			(Token::Shares, _) => TokenId::lp(PoolSlot(cell.selector)).ok_or(absent)?,
		};
		first = pool;
		Ok(Step { cell: *cell, pool, token })
	});
	steps.collect()
}

/// The leaf that CreatePool makes.
fn created_leaf(cell: &Cell) -> PoolLeaf {
	let side = if cell.amount.is_zero() { Side::Zero } else { Side::One };
	PoolLeaf::new(PoolParams::unpack(cell.aux.into_bigint().0[0]), side)
}

/// A debit on this chain that a transaction signs.
type Debits<'a> = Box<dyn Iterator<Item = &'a Transaction> + 'a>;

/// The debits of this chain's accounts, in order; a transaction that debits two comes twice.
fn debits(chain: ChainId, transactions: &[Transaction]) -> Debits<'_> {
	Box::new(transactions.iter().flat_map(move |transaction| {
		let fields = transaction.fields();
		let second = transaction.kind() == OperationKind::AddLiquidity;
		[(true, fields.debit0), (second, fields.debit1)]
			.into_iter()
			.filter(move |(signs, debit)| *signs && debit.chain == chain)
			.map(move |_| transaction)
	}))
}

/// A script being played.
struct Player<'a> {
	script: &'a Script,
	before: &'a ChainState,
	accounts: Working<'a>,
	pools: Working<'a>,
	/// The balance trees of the accounts visited so far.
	balances: HashMap<AccountIndex, Working<'a>>,
	/// The leaves of these, as they are now.
	leaves: HashMap<AccountIndex, Option<LeafWords>>,
	/// The pool leaves of the registers as they are now, and the witnesses of how they began.
	registers: Vec<(Option<PoolLeaf>, RegisterWitness)>,
	next: u32,
	log: std::slice::Iter<'a, LogEntry>,
	debits: Debits<'a>,
	/// Fees per token so far.
	fees: BTreeMap<TokenId, Word>,
}

impl<'a> Player<'a> {
	fn new(script: &'a Script, before: &'a ChainState) -> Self {
		let registers = script.registers.iter().map(|slot| {
			let leaf = before.pool(*slot).copied();
			let mut witness =
				RegisterWitness { used: true, slot: slot.0, ..RegisterWitness::default() };
			match leaf {
				Some(leaf) => {
					witness.params = leaf.params.pack();
					witness.side = leaf.side == Side::One;
					witness.own = leaf.own.get();
					witness.foreign = leaf.foreign.get();
					witness.supply = leaf.supply.get();
					witness.leaf = leaf.hash();
				},
				None => witness.created = true,
			}
			(leaf, witness)
		});
		Self {
			script,
			before,
			accounts: Working::accounts(before),
			pools: Working::pools(before),
			balances: HashMap::new(),
			leaves: HashMap::new(),
			registers: registers.collect(),
			next: before.next(),
			log: script.log.iter(),
			debits: debits(script.chain, &script.transactions),
			fees: BTreeMap::new(),
		}
	}

	/// What a cell finds at an account and one of its balances, before it changes them.
	fn visit(&mut self, index: AccountIndex, token: TokenId) -> (AccountVisit, BalanceVisit) {
		let before = self.before;
		let leaf = *self.leaves.entry(index).or_insert_with(|| {
			before.leaf(index).map(|leaf| LeafWords {
				owner: leaf.owner,
				key: leaf.key,
				nonce: Word::from(leaf.nonce.0),
				balances: leaf.balances,
			})
		});
		let balances =
			self.balances.entry(index).or_insert_with(|| Working::balances(before, index));
		let account = AccountVisit { index, leaf, siblings: self.accounts.siblings(index.get()) };
		let balance = BalanceVisit {
			token,
			before: balances.leaf(token.0.into()),
			siblings: balances.siblings(token.0.into()),
		};
		(account, balance)
	}

	/// Writes a balance and the fields of a leaf that has been visited.
	fn write(&mut self, index: AccountIndex, balance: (TokenId, Word), mut leaf: LeafWords) {
		if let Some(balances) = self.balances.get_mut(&index) {
			balances.set(balance.0.0.into(), balance.1);
			leaf.balances = balances.root();
		}
		let words = [leaf.owner, leaf.key, leaf.nonce, leaf.balances];
		self.accounts.set(index.get(), hash(Domain::ACCOUNT, &words));
		self.leaves.insert(index, Some(leaf));
	}

	/// The register of a pool's slot.
	fn register(&self, slot: usize, pool: PoolSlot) -> Result<usize, TraceError> {
		let place = self.script.registers.iter().position(|it| *it == pool);
		place.ok_or(TraceError::Pool { slot })
	}

	/// One slot.
	fn slot(&mut self, slot: usize) -> Result<SlotWitness, TraceError> {
		let steps = &self.script.steps;
		let Step { cell, pool, token } = &steps[slot];
		let rule = rule_of(cell.code);
		let register = pool.map(|pool| self.register(slot, pool)).transpose()?;
		let entry = match register {
			Some(_) if rule.reserve != Reserve::Create => {
				let entry = self.log.next().filter(|entry| entry.code == cell.code);
				Some(entry.ok_or(TraceError::Log { slot })?)
			},
			_ => None,
		};
		let transaction = if rule.signed {
			Some(self.debits.next().ok_or(TraceError::Transaction { slot })?)
		} else {
			None
		};
		let cell_at = |slot: Option<usize>| {
			slot.and_then(|slot| steps.get(slot)).map_or(&Cell::NOOP, |step| &step.cell)
		};
		if let Some(register) = register {
			self.move_pool(slot, register, cell, cell_at(slot.checked_add(1)), entry)?;
		}
		let (account, balance) = self.visit(cell.account, *token);
		self.change(cell, cell_at(slot.checked_sub(1)), &account, &balance);
		if rule.fee && !cell.fee.is_zero() {
			let token = match (cell.code, register) {
				(CellCode::RemoveShares, Some(register)) => self.pool_token(slot, register)?,
				_ => *token,
			};
			*self.fees.entry(token).or_default() += Word::from(cell.fee.get());
		}
		let unsigned_entry = entry.filter(|_| !rule.signed);
		Ok(SlotWitness {
			cell: *cell,
			account,
			balance,
			register,
			foreign: entry.map_or(0, |entry| entry.foreign.get()),
			transaction: unsigned_entry.map_or(Word::ZERO, |entry| entry.tx),
			signed: transaction.map(|transaction| signed_witness(slot, transaction)).transpose()?,
		})
	}

	/// The token of a register's side.
	fn pool_token(&self, slot: usize, register: usize) -> Result<TokenId, TraceError> {
		let leaf = self.registers[register].0.ok_or(TraceError::Pool { slot })?;
		Ok(leaf.token())
	}

	/// What a cell does to the leaf that it visits. A leaf that is absent and not created stays absent.
	fn change(
		&mut self,
		cell: &Cell,
		first: &Cell,
		account: &AccountVisit,
		balance: &BalanceVisit,
	) {
		let rule = rule_of(cell.code);
		let creates = cell.flags & FLAG_CREATES != 0;
		let leaf = match account.leaf {
			Some(leaf) => leaf,
			None if creates => {
				self.next += 1;
				LeafWords {
					owner: cell.aux,
					key: Word::ZERO,
					nonce: Word::ZERO,
					balances: Word::ZERO,
				}
			},
			None => return,
		};
		let amount = Word::from(cell.amount.get());
		let after = match (cell.code, rule.balance) {
			(_, Balance::Keep) => balance.before,
			(CellCode::RemoveOut0, _) => balance.before + amount - Word::from(first.fee.get()),
			(_, Balance::Credit) => balance.before + amount,
			(CellCode::RemoveShares, _) => balance.before - amount,
			(_, Balance::Debit) => balance.before - amount - Word::from(cell.fee.get()),
		};
		let sets_key = cell.code == CellCode::SetKey && cell.flags & FLAG_APPLIED != 0;
		let nonce = leaf.nonce + Word::from(u64::from(rule.signed));
		let key = if sets_key { cell.aux } else { leaf.key };
		self.write(account.index, (balance.token, after), LeafWords { key, nonce, ..leaf });
	}

	/// What a cell does to its register; the reserve of a pair of cells moves with the first.
	fn move_pool(
		&mut self,
		slot: usize,
		register: usize,
		cell: &Cell,
		second: &Cell,
		entry: Option<&LogEntry>,
	) -> Result<(), TraceError> {
		let (leaf, witness) = &mut self.registers[register];
		if cell.code == CellCode::CreatePool {
			let created = created_leaf(cell);
			witness.params = created.params.pack();
			witness.side = created.side == Side::One;
			*leaf = Some(created);
			return Ok(());
		}
		let out_of_range = TraceError::Reserve { slot };
		let leaf = leaf.as_mut().ok_or(TraceError::Pool { slot })?;
		let burns = matches!(cell.code, CellCode::RemoveShares | CellCode::ExitBurn);
		let moved = if burns { second.amount } else { cell.amount };
		leaf.own = match rule_of(cell.code).reserve {
			Reserve::In => leaf.own.checked_add(moved),
			_ => leaf.own.checked_sub(moved),
		}
		.ok_or(out_of_range)?;
		if burns {
			leaf.supply = leaf.supply.checked_sub(cell.amount).ok_or(out_of_range)?;
		}
		if cell.code == CellCode::AddIn0 {
			let locked = if leaf.supply.is_zero() { MINIMUM_LIQUIDITY } else { 0 };
			leaf.supply = Amount::new(locked)
				.ok()
				.and_then(|locked| locked.checked_add(second.amount))
				.and_then(|minted| leaf.supply.checked_add(minted))
				.ok_or(out_of_range)?;
		}
		if let Some(entry) = entry {
			leaf.foreign = entry.foreign;
		}
		Ok(())
	}

	/// Credits the fees, token by token. Entries beyond the tokens with fees visit token 0 and change
	/// nothing.
	fn credit_fees(&mut self) -> Result<(AccountVisit, [FeeWitness; FEE_TOKENS]), TraceError> {
		let index = self.script.fee_account;
		let mut sums: Vec<(TokenId, Word)> = std::mem::take(&mut self.fees).into_iter().collect();
		if sums.len() > FEE_TOKENS {
			return Err(TraceError::FeeTokens);
		}
		sums.resize(FEE_TOKENS, (TokenId::NATIVE, Word::ZERO));
		let (account, _) = self.visit(index, TokenId::NATIVE);
		let fees = sums.into_iter().map(|(token, sum)| {
			let (visit, balance) = self.visit(index, token);
			if let Some(leaf) = visit.leaf {
				self.write(index, (token, balance.before + sum), leaf);
			}
			FeeWitness { balance }
		});
		let fees: Vec<FeeWitness> = fees.collect();
		let fees = fees.try_into().map_err(|_| TraceError::FeeTokens)?;
		Ok((account, fees))
	}

	/// Stores the registers, one after the other; unused ones pass by leaf 0.
	fn store_registers(&mut self) -> Result<[RegisterWitness; REGISTERS], TraceError> {
		let mut stored = [RegisterWitness::default(); REGISTERS];
		let mut registers = std::mem::take(&mut self.registers).into_iter();
		for place in &mut stored {
			match registers.next() {
				Some((leaf, witness)) => {
					let slot = u32::from(witness.slot);
					*place = RegisterWitness { siblings: self.pools.siblings(slot), ..witness };
					let leaf = leaf.ok_or(TraceError::Left)?;
					self.pools.set(slot, leaf.hash());
				},
				None => {
					place.leaf = self.pools.leaf(0);
					place.siblings = self.pools.siblings(0);
				},
			}
		}
		Ok(stored)
	}
}

/// What a debiting slot proves of a transaction.
fn signed_witness(slot: usize, transaction: &Transaction) -> Result<SignedWitness, TraceError> {
	let signature =
		SignatureWitness::of(transaction).map_err(|_| TraceError::Signature { slot })?;
	Ok(SignedWitness { fields: transaction.fields(), expiry: transaction.expiry(), signature })
}
