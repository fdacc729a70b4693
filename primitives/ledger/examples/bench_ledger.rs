// SPDX-License-Identifier: Apache-2.0

//! Measures the ledger: speed, memory, bytes of public data. Prints lines `name value unit`.
//!
//! `scripts/bench ledger` runs it; with `--long` it also grows the ledger to a million accounts.

use ligature_ledger::{
	BlockParams, Ledger, snapshot,
	tree::{NodeHasher, Sequential, Threads},
};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, LP_TOKEN_BASE, SizeClass},
	header::Network,
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::{SecretKey, Signature, SignerKey},
	op::{
		AddLiquidity, AddLiquidityBody, CreatePool, Deposit, Half, Operation, Receiver,
		SignedTransaction, Swap, SwapBody, SwapInHalf, SwapOutHalf, Target, Transfer, TransferBody,
		TransferHalf, WithdrawHalf, transaction_hash,
	},
	pool::PoolParams,
	poseidon::{Domain, Word, hash, node},
	pubdata::{PublicData, Register},
};
use rustix::time::{ClockId, clock_gettime};
use std::{error::Error, hint::black_box, time::Duration};

/// Operations of a measured block.
const BLOCK: usize = 256;
/// Measured blocks of each kind.
const BLOCKS: usize = 12;
/// Accounts with a key, which send; they lie anywhere in the tree.
const SENDERS: usize = 2_048;

const ONE: ChainId = ChainId(1);
const TWO: ChainId = ChainId(2);
const POOL: PoolParams =
	PoolParams { chain0: ONE, token0: TokenId(0), chain1: TWO, token1: TokenId(0), fee_bps: 30 };

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What a block is timed by.
#[derive(Clone, Copy)]
enum Clock {
	/// Time that this thread has spent on a processor: what else the machine does, does not count.
	Thread,
	/// Time that has passed, which is what counts when several threads work.
	Wall,
}

impl Clock {
	fn now(self) -> Duration {
		let id = match self {
			Self::Thread => ClockId::ThreadCPUTime,
			Self::Wall => ClockId::Monotonic,
		};
		let now = clock_gettime(id);
		Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
	}
}

/// A generator of which nothing depends but which account is next: SplitMix64.
struct Random(u64);

impl Random {
	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		z ^ (z >> 31)
	}

	fn below(&mut self, bound: u64) -> u64 {
		self.next() % bound
	}

	fn index(&mut self) -> Outcome<AccountIndex> {
		Ok(AccountIndex::new(self.below(1 << 24) as u32)?)
	}
}

fn print(name: &str, value: f64, unit: &str) {
	println!("{name} {value:.1} {unit}");
}

/// Memory of the process that is not swapped out, by the kernel's word.
fn resident_bytes() -> Outcome<f64> {
	let status = std::fs::read_to_string("/proc/self/status")?;
	let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
	let kib: f64 = line.split_whitespace().nth(1).ok_or("no number in VmRSS")?.parse()?;
	Ok(kib * 1024.0)
}

fn owner(account: u32) -> Owner {
	let mut bytes = [0xA5; 32];
	bytes[..4].copy_from_slice(&account.to_le_bytes());
	Owner(bytes)
}

/// A ledger of two chains with equal accounts, each of which owns some of token 0 on both.
struct Bench {
	ledger: Ledger,
	random: Random,
	/// The key of all senders.
	key: SignerKey,
	/// Sending accounts and their nonces on chain 1.
	senders: Vec<(AccountIndex, Nonce)>,
}

impl Bench {
	fn new() -> Outcome<Self> {
		let network = Network::new(NetworkId(1), vec![ONE, TWO])?;
		let key = SecretKey::from_seed(&[1; 32]).key_point().into();
		Ok(Self { ledger: Ledger::new(network), random: Random(1), key, senders: Vec::new() })
	}

	fn begin(&mut self) -> Outcome {
		Ok(self.ledger.begin_block(BlockParams {
			number: BlockNumber(self.ledger.number().0 + 1),
			timestamp: Timestamp::new(1)?,
			fee_accounts: vec![AccountIndex::new(0)?; 2],
			classes: vec![SizeClass::new(4)?; 2],
			join_class: JoinClass::new(4)?,
			verify_signatures: false,
		})?)
	}

	/// Applies operations in blocks of 256, which are not measured.
	fn fill(&mut self, operations: impl Iterator<Item = Outcome<Operation>>) -> Outcome {
		let threads = Threads::new(std::thread::available_parallelism()?);
		let mut operations = operations.peekable();
		while operations.peek().is_some() {
			self.begin()?;
			for operation in operations.by_ref().take(BLOCK) {
				self.ledger.apply(&operation?)?;
			}
			self.ledger.seal_with(&threads)?;
			self.ledger.prune(0);
		}
		Ok(())
	}

	/// Creates accounts up to this number on both chains; the first time also the senders' keys
	/// and the pool.
	fn grow(&mut self, accounts: u32) -> Outcome {
		let first = self.ledger.state(ONE)?.next();
		let deposit = |chain, account: u32, target, key, amount: u128| -> Outcome<Operation> {
			let (owner, amount) = (owner(account), Amount::new(amount)?);
			Ok(Deposit { chain, token: TokenId(0), owner, amount, key, target }.into())
		};
		let each = (first..accounts).flat_map(|account| {
			[ONE, TWO].map(|chain| deposit(chain, account, Target::New, None, 1_000_000_000))
		});
		self.fill(each)?;
		// Senders anywhere among the accounts there are now; they keep the nonces that they have.
		let key = Some(self.key.public_key());
		let chosen: Vec<u32> =
			(0..SENDERS).map(|_| self.random.below(accounts.into()) as u32).collect();
		self.fill(chosen.iter().map(|account| {
			let target = Target::Existing(AccountIndex::new(*account)?);
			deposit(ONE, *account, target, key, 1_000_000_000)
		}))?;
		let mut senders = Vec::new();
		for account in chosen {
			let index = AccountIndex::new(account)?;
			if senders.iter().all(|(known, _)| *known != index) {
				let state = self.ledger.state(ONE)?;
				senders.push((index, state.account(index).ok_or("no sender")?.nonce()));
			}
		}
		self.senders = senders;
		if first == 0 {
			self.fill_pool()?;
		}
		Ok(())
	}

	fn fill_pool(&mut self) -> Outcome {
		let create =
			|(chain, side)| Ok(CreatePool { chain, slot: PoolSlot(0), side, params: POOL }.into());
		self.fill([(ONE, Side::Zero), (TWO, Side::One)].into_iter().map(create))?;
		let (account, nonce) = self.senders[0];
		let key = Some(self.key.public_key());
		let rich = |chain| -> Outcome<Operation> {
			let (owner, amount) = (owner(account.get()), Amount::new(1 << 100)?);
			let target = Target::Existing(account);
			Ok(Deposit { chain, token: TokenId(0), owner, amount, key, target }.into())
		};
		self.fill([ONE, TWO].into_iter().map(rich))?;
		let add = AddLiquidityBody {
			params: POOL,
			account0: account,
			nonce0: nonce,
			account1: account,
			nonce1: Nonce(0),
			shares: Amount::new(1)?,
			max0: Amount::new(1 << 60)?,
			max1: Amount::new(1 << 61)?,
			fee: Fee::ZERO,
		};
		self.senders[0].1 = nonce.next()?;
		self.fill([Ok(AddLiquidity { tx: unsigned(self.key, add)? }.into())].into_iter())
	}

	/// A random sender and its nonce, which is then spent.
	fn sender(&mut self) -> Outcome<(AccountIndex, Nonce)> {
		let chosen = self.random.below(self.senders.len() as u64) as usize;
		let (account, nonce) = self.senders[chosen];
		self.senders[chosen].1 = nonce.next()?;
		Ok((account, nonce))
	}

	/// From a random sender to a random account, with a fee.
	fn transfer(&mut self) -> Outcome<Operation> {
		let (account, nonce) = self.sender()?;
		let accounts = self.ledger.state(ONE)?.next();
		let to = self.random.below(accounts.into()) as u32;
		let body = TransferBody {
			chain: ONE,
			account,
			nonce,
			token: TokenId(0),
			receiver: owner(to),
			amount: Amount::new(1 + u128::from(self.random.below(1_000)))?,
			fee: Fee::new(1)?,
		};
		let target = Target::Existing(AccountIndex::new(to)?);
		Ok(Transfer { tx: unsigned(self.key, body)?, target }.into())
	}

	/// Across the chains, from a random sender to its account on the other chain.
	fn swap(&mut self) -> Outcome<Operation> {
		let (account, nonce) = self.sender()?;
		let body = SwapBody {
			params: POOL,
			direction: Side::Zero,
			account,
			nonce,
			amount: Amount::new(1_000 + u128::from(self.random.below(1_000)))?,
			min_out: Amount::new(1)?,
			fee: Fee::new(1)?,
		};
		Ok(Swap { tx: unsigned(self.key, body)?, out: Target::Existing(account) }.into())
	}

	/// The times of whole blocks, applied and sealed with roots, public data, commitments and joint
	/// logs. Building the operations is not in them, nor are signatures.
	fn time(
		&mut self,
		make: fn(&mut Self) -> Outcome<Operation>,
		hasher: &impl NodeHasher,
		clock: Clock,
	) -> Outcome<Vec<Duration>> {
		let mut times = Vec::new();
		for _ in 0..BLOCKS {
			let operations: Vec<Operation> =
				(0..BLOCK).map(|_| make(self)).collect::<Outcome<_>>()?;
			let start = clock.now();
			self.begin()?;
			for operation in &operations {
				self.ledger.apply(operation)?;
			}
			black_box(self.ledger.seal_with(hasher)?);
			times.push(clock.now() - start);
			self.ledger.prune(0);
		}
		times.sort_unstable();
		Ok(times)
	}

	/// Prints the rate of the median block, and of the fastest.
	fn rate(
		&mut self,
		name: &str,
		make: fn(&mut Self) -> Outcome<Operation>,
		hasher: &impl NodeHasher,
		clock: Clock,
	) -> Outcome {
		let times = self.time(make, hasher, clock)?;
		let rate = |time: Duration| BLOCK as f64 / time.as_secs_f64();
		print(name, rate(times[BLOCKS / 2]), "per_second");
		print(&format!("{name}_fastest_block"), rate(times[0]), "per_second");
		Ok(())
	}
}

/// A snapshot of chain 1 in memory: its bytes per account, and how many accounts a second are saved
/// and loaded on one core, trees included.
fn measure_snapshot(ledger: &Ledger, at: &dyn Fn(&str) -> String) -> Outcome {
	let state = ledger.state(ONE)?;
	let accounts = f64::from(state.next());
	let mut bytes = Vec::new();
	let start = Clock::Thread.now();
	snapshot::save(state, &mut bytes)?;
	let saved = Clock::Thread.now() - start;
	let start = Clock::Thread.now();
	let loaded = snapshot::load(ONE, &bytes[..], &Sequential)?;
	let time = Clock::Thread.now() - start;
	if loaded.root() != state.root() {
		return Err("the snapshot is of another state".into());
	}
	print(&at("snapshot_per_account"), bytes.len() as f64 / accounts, "bytes");
	print(&at("snapshot_accounts_saved"), accounts / saved.as_secs_f64(), "per_second");
	print(&at("snapshot_accounts_loaded_1_core"), accounts / time.as_secs_f64(), "per_second");
	Ok(())
}

/// A transaction whose signature is not looked at.
fn unsigned<T>(key: SignerKey, body: T) -> Outcome<SignedTransaction<T>> {
	Ok(SignedTransaction {
		network: NetworkId(1),
		expiry: Timestamp::MAX,
		body,
		key,
		signature: Signature { r: [0; 32], s: [0; 32] },
	})
}

/// Runs `step` for about a second of processor time; gives the rate.
fn rate_of(mut step: impl FnMut()) -> f64 {
	let (start, mut steps, mut time) = (Clock::Thread.now(), 0u32, Duration::ZERO);
	while time < Duration::from_secs(1) {
		for _ in 0..100 {
			step();
		}
		steps += 100;
		time = Clock::Thread.now() - start;
	}
	f64::from(steps) / time.as_secs_f64()
}

/// Hashes and signature checks, one after the other on one core.
fn primitives() -> Outcome {
	let mut short = [Word::from(1), Word::from(2)];
	let rate = rate_of(|| short[0] = hash(Domain::OWNER, black_box(&short)));
	print("hashes_t3", rate, "per_second");
	let mut long = [1, 2, 3, 4].map(Word::from);
	let rate = rate_of(|| long[0] = node(Domain::ACCOUNT_NODE, black_box(&long)));
	print("hashes_t5", rate, "per_second");

	// As execution does it: key from its bytes, key word, transaction hash, signature.
	let secret = SecretKey::from_seed(&[3; 32]);
	let body = TransferBody {
		chain: ONE,
		account: AccountIndex::new(1)?,
		nonce: Nonce(0),
		token: TokenId(0),
		receiver: owner(2),
		amount: Amount::new(3)?,
		fee: Fee::ZERO,
	};
	let message = transaction_hash(NetworkId(1), Timestamp::MAX, &body);
	let signature = secret.sign(&message);
	let tx = SignedTransaction { signature, ..unsigned(secret.key_point().into(), body)? };
	let mut valid = true;
	let rate = rate_of(|| {
		let tx = black_box(&tx);
		let key = SignerKey::from(tx.key.public_key());
		valid &= key.point().is_ok_and(|point| point.verify(&tx.hash(), &tx.signature).is_ok());
	});
	if !valid {
		return Err("the signature does not verify".into());
	}
	print("signature_checks", rate, "per_second");
	Ok(())
}

/// A number of 8 significant digits, or fewer if it ends in zeros, with up to 12 zeros after them.
fn eight_digits(random: &mut Random) -> Outcome<Amount> {
	let digits = 10_000_000 + u128::from(random.below(90_000_000));
	Ok(Amount::new(digits * 10u128.pow(random.below(13) as u32))?)
}

/// Mean bytes of public data per operation over `rounds` blocks of 256, the block's own bytes
/// included.
fn mean_bytes(
	random: &mut Random,
	mut block: impl FnMut(&mut Random) -> Outcome<Vec<PublicData>>,
) -> Outcome<f64> {
	let rounds = 50;
	let mut bytes = 0;
	for _ in 0..rounds {
		for data in block(random)? {
			bytes += data.encode(SizeClass::new(4)?)?.len();
		}
	}
	Ok(bytes as f64 / (rounds * BLOCK) as f64)
}

/// Bytes of public data: random indices below 2^24, 64 tokens drawn evenly, amounts of 8 digits.
fn public_data() -> Outcome {
	let random = &mut Random(2);
	// Fees as an operator sets them: a block takes fees in at most 4 tokens, in each the same fee of
	// one digit; transfers of the other 60 tokens carry none.
	let transfers = |random: &mut Random, fee: &dyn Fn(u16, &mut Random) -> Outcome<Fee>| {
		let mut halves: Vec<Half> = Vec::new();
		for _ in 0..BLOCK {
			let token = random.below(64) as u16;
			let half = TransferHalf {
				token: TokenId(token),
				from: random.index()?,
				to: Receiver::existing(random.index()?),
				amount: eight_digits(random)?,
				fee: fee(token, random)?,
			};
			halves.push(half.into());
		}
		Ok(vec![PublicData { registers: Vec::new(), halves }])
	};
	let scheduled = |token: u16, _: &mut Random| -> Outcome<Fee> {
		Ok(if token < 4 { Fee::new(5_000 + 1_000 * u128::from(token))? } else { Fee::ZERO })
	};
	let mean = mean_bytes(random, |random| transfers(random, &scheduled))?;
	print("public_data_per_transfer", mean, "bytes");
	// Every transfer with a one-digit fee of its own, in 4 of the tokens' place.
	let digit = |_: u16, random: &mut Random| -> Outcome<Fee> {
		let zeros = 10u128.pow(random.below(20) as u32);
		Ok(Fee::new((1 + u128::from(random.below(9))) * zeros)?)
	};
	let mean = mean_bytes(random, |random| transfers(random, &digit))?;
	print("public_data_per_transfer_all_fees_differ", mean, "bytes");

	// Swaps through `pools` pools, fees of one digit, outputs any number below 2^64, reserves any
	// number below 2^96. Both halves and both chains' registers are counted.
	for pools in [1u16, 8] {
		let mean = mean_bytes(random, |random| {
			let mut sides = vec![PublicData::default(), PublicData::default()];
			for data in &mut sides {
				for slot in (0..pools).map(PoolSlot) {
					let mut reserve = || Amount::new(u128::from(random.next()) << 32);
					let (own, foreign) = (reserve()?, reserve()?);
					data.registers.push(Register { slot, own, foreign });
				}
			}
			for i in 0..BLOCK {
				let slot = PoolSlot(i as u16 % pools);
				let paid = SwapInHalf {
					slot,
					account: random.index()?,
					amount: eight_digits(random)?,
					fee: Fee::new(3_000)?,
				};
				let got = SwapOutHalf {
					slot,
					to: Receiver::existing(random.index()?),
					amount: Amount::new(random.next().into())?,
				};
				let input = random.below(2) as usize;
				sides[input].halves.push(paid.into());
				sides[1 - input].halves.push(got.into());
			}
			Ok(sides)
		})?;
		print(&format!("public_data_per_swap_{pools}_pools"), mean, "bytes");
	}
	worst_case()
}

/// The longest form of each, without the block's own bytes.
fn worst_case() -> Outcome {
	let account = AccountIndex::new((1 << 24) - 1)?;
	let length = |halves: Vec<Half>, registers: Vec<Register>| -> Outcome<f64> {
		let own = PublicData { registers, halves }.encode(SizeClass::new(4)?)?.len();
		Ok(own as f64)
	};
	let new = Receiver::new(account, owner(1));
	let transfer = |to| TransferHalf {
		token: TokenId(LP_TOKEN_BASE),
		from: account,
		to,
		amount: Amount::MAX,
		fee: Fee::MAX,
	};
	let existing = transfer(Receiver::existing(account));
	print("public_data_worst_transfer", length(vec![existing.into()], vec![])? - 1.0, "bytes");
	print(
		"public_data_worst_transfer_new_account",
		length(vec![transfer(new).into()], vec![])? - 1.0,
		"bytes",
	);
	let slot = PoolSlot(0);
	let register = Register { slot, own: Amount::MAX, foreign: Amount::MAX };
	let register_bytes = 33.0;
	let paid = SwapInHalf { slot, account, amount: Amount::MAX, fee: Fee::MAX };
	let got = SwapOutHalf { slot, to: new, amount: Amount::MAX };
	let both =
		length(vec![paid.into()], vec![register])? + length(vec![got.into()], vec![register])?;
	print("public_data_worst_swap_new_account", both - 2.0 * register_bytes, "bytes");
	let withdraw = WithdrawHalf {
		token: TokenId(511),
		account,
		receiver: owner(1),
		amount: Amount::MAX,
		fee: Fee::MAX,
	};
	print("public_data_worst_withdraw", length(vec![withdraw.into()], vec![])? - 1.0, "bytes");
	Ok(())
}

/// Heap and table bytes of an account by the ledger's own count, for accounts of many tokens; the
/// account tree takes 43 bytes more.
fn memory_by_tokens() -> Outcome {
	for tokens in [1u16, 4, 16, 64] {
		let mut bench = Bench::new()?;
		let accounts = 200;
		let deposits = (0..accounts).flat_map(|account| {
			(0..tokens).map(move |token| -> Outcome<Operation> {
				Ok(Deposit {
					chain: ONE,
					token: TokenId(token),
					owner: owner(account),
					amount: Amount::new(1)?,
					key: None,
					target: match token {
						0 => Target::New,
						_ => Target::Existing(AccountIndex::new(account)?),
					},
				}
				.into())
			})
		});
		bench.fill(deposits)?;
		let bytes = bench.ledger.state(ONE)?.account_bytes() as f64 / f64::from(accounts);
		print(&format!("memory_per_account_{tokens}_tokens"), bytes, "bytes");
	}
	Ok(())
}

fn main() -> Outcome {
	let long = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
		[] => false,
		[flag] if flag == "--long" => true,
		_ => return Err("usage: bench_ledger [--long]".into()),
	};
	primitives()?;
	public_data()?;
	memory_by_tokens()?;

	let mut bench = Bench::new()?;
	let two = Threads::new(2.try_into()?);
	let before = resident_bytes()?;
	let sizes: &[u32] = if long { &[10_000, 100_000, 1_000_000] } else { &[10_000, 100_000] };
	for accounts in sizes {
		bench.grow(*accounts)?;
		let each = (resident_bytes()? - before) / (2.0 * f64::from(*accounts));
		let at = |name: &str| format!("{name}_at_{accounts}_accounts");
		print(&at("resident_memory_per_account"), each, "bytes");
		bench.rate(&at("transfers_1_core"), Bench::transfer, &Sequential, Clock::Thread)?;
		bench.rate(&at("transfers_2_cores"), Bench::transfer, &two, Clock::Wall)?;
		bench.rate(&at("swaps_1_core"), Bench::swap, &Sequential, Clock::Thread)?;
		bench.rate(&at("swaps_2_cores"), Bench::swap, &two, Clock::Wall)?;
		measure_snapshot(&bench.ledger, &at)?;
	}
	Ok(())
}
