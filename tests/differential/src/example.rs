// SPDX-License-Identifier: Apache-2.0

//! The worked example of section 16: a small story, told by the ledger and written down with every
//! number that a reader needs to follow it. `tests/algebra/example.py` follows it without our code.

use ark_bls12_381::Fr;
use ligature_ledger::{BlockParams, Ledger, Receipt, SealedBlock, SealedChain};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{
		ChainHeader, Digest, Header, Network, chain_list_hash, keys_digest, member_set_hash,
		verifying_key_digest,
	},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::SecretKey,
	log::JointLog,
	op::{
		AddLiquidity, AddLiquidityBody, Body, ChangePubKey, CreatePool, Deposit, Half, Operation,
		SignedTransaction, Swap, SwapBody, Target, Transfer, TransferBody, Withdraw, WithdrawBody,
		Writer,
	},
	pool::PoolParams,
	poseidon::word_to_bytes,
};
use std::fmt::{self, Write as _};

const NETWORK: NetworkId = NetworkId(7);
const ALPHA: ChainId = ChainId(1);
const BETA: ChainId = ChainId(2);
const OPERATOR: Owner = Owner([0x0f; 32]);
const ALICE: Owner = Owner([0xa1; 32]);
const BOB: Owner = Owner([0xb0; 32]);
const CIRCUIT_VERSION: u16 = 1;
const USDT: TokenId = TokenId(1);
const WETH: TokenId = TokenId(2);
const POOL: PoolParams =
	PoolParams { chain0: ALPHA, token0: USDT, chain1: BETA, token1: WETH, fee_bps: 30 };

fn alice() -> SecretKey {
	SecretKey::from_seed(&[0xa1; 32])
}

fn bob() -> SecretKey {
	SecretKey::from_seed(&[0xb0; 32])
}

fn amount(value: u128) -> Amount {
	Amount::new(value).expect("below 2^112")
}

fn fee(value: u128) -> Fee {
	Fee::new(value).expect("below 2^80")
}

fn account(index: u32) -> AccountIndex {
	AccountIndex::new(index).expect("below 2^24")
}

fn existing(index: u32) -> Target {
	Target::Existing(account(index))
}

fn time(seconds: u64) -> Timestamp {
	Timestamp::new(seconds).expect("below 2^40")
}

fn word(word: &Fr) -> String {
	let mut digits: Vec<u8> = word_to_bytes(word).to_vec();
	digits.reverse();
	format!("0x{}", hex::encode(digits))
}

/// One operation with the sentence that introduces it.
struct Step {
	says: &'static str,
	operation: Operation,
	/// The signed bytes, if it is signed.
	signed: Option<Vec<u8>>,
}

fn entered(says: &'static str, operation: impl Into<Operation>) -> Step {
	Step { says, operation: operation.into(), signed: None }
}

fn signed<T: Body>(
	says: &'static str,
	body: T,
	secret: &SecretKey,
	operation: impl FnOnce(SignedTransaction<T>) -> Operation,
) -> Step {
	let tx = SignedTransaction::sign(NETWORK, time(1_800_003_600), body, secret);
	let bytes = tx.encode();
	Step { says, operation: operation(tx), signed: Some(bytes) }
}

fn first_block() -> Vec<Step> {
	let deposit = |chain, token, owner, value, key: Option<&SecretKey>, target| Deposit {
		chain,
		token,
		owner,
		amount: amount(value),
		key: key.map(SecretKey::public_key),
		target,
	};
	let pool = |chain, side| CreatePool { chain, slot: PoolSlot(0), side, params: POOL };
	let (alice, bob) = (alice(), bob());
	vec![
		entered(
			"The operator deposits 1 unit of token 0 on chain 1, to have an account that takes fees.",
			deposit(ALPHA, TokenId::NATIVE, OPERATOR, 1, None, Target::New),
		),
		entered(
			"Alice deposits 3,000 USDT (6 decimals) on chain 1 and sets her key.",
			deposit(ALPHA, USDT, ALICE, 3_000_000_000, Some(&alice), Target::New),
		),
		entered(
			"Bob deposits 500 USDT on chain 1 and sets his key.",
			deposit(ALPHA, USDT, BOB, 500_000_000, Some(&bob), Target::New),
		),
		entered(
			"Alice deposits 1 WETH (18 decimals) on chain 2 and sets the same key there.",
			deposit(BETA, WETH, ALICE, 1_000_000_000_000_000_000, Some(&alice), Target::New),
		),
		entered("Side 0 of the pool USDT/WETH is created on chain 1.", pool(ALPHA, Side::Zero)),
		entered("Side 1 is created on chain 2.", pool(BETA, Side::One)),
		signed(
			"Alice puts 2,000 USDT and 0.8 WETH into the pool: the first liquidity.",
			AddLiquidityBody {
				params: POOL,
				account0: account(1),
				nonce0: Nonce(0),
				account1: account(0),
				nonce1: Nonce(0),
				shares: amount(39_999_999_999_000),
				max0: amount(2_000_000_000),
				max1: amount(800_000_000_000_000_000),
				fee: fee(20_000),
			},
			&alice,
			|tx| AddLiquidity { tx }.into(),
		),
	]
}

fn second_block() -> Vec<Step> {
	let (alice, bob) = (alice(), bob());
	vec![
		signed(
			"Bob swaps 100 USDT on chain 1 for WETH on chain 2, where he gets a new account.",
			SwapBody {
				params: POOL,
				direction: Side::Zero,
				account: account(2),
				nonce: Nonce(0),
				amount: amount(100_000_000),
				min_out: amount(37_000_000_000_000_000),
				fee: fee(10_000),
			},
			&bob,
			|tx| Swap { tx, out: Target::New }.into(),
		),
		signed(
			"Alice sends Bob 12.5 USDT on chain 1.",
			TransferBody {
				chain: ALPHA,
				account: account(1),
				nonce: Nonce(1),
				token: USDT,
				receiver: BOB,
				amount: amount(12_500_000),
				fee: fee(10_000),
			},
			&alice,
			|tx| Transfer { tx, target: existing(2) }.into(),
		),
		entered(
			"Bob sets his key on his new account on chain 2.",
			ChangePubKey {
				chain: BETA,
				account: Some(account(1)),
				owner: BOB,
				key: bob.public_key(),
				target: existing(1),
			},
		),
		signed(
			"Bob withdraws 0.03 WETH from chain 2 to his L1 account.",
			WithdrawBody {
				chain: BETA,
				account: account(1),
				nonce: Nonce(0),
				token: WETH,
				receiver: BOB,
				amount: amount(30_000_000_000_000_000),
				fee: fee(0),
			},
			&bob,
			|tx| Withdraw { tx }.into(),
		),
	]
}

/// The text of section 16.
pub fn text() -> String {
	let mut out = String::new();
	write_text(&mut out).expect("a string takes everything");
	out
}

fn write_text(out: &mut String) -> fmt::Result {
	let network = Network::new(NETWORK, vec![ALPHA, BETA]).expect("two chains, ascending");
	let genesis_hashes = [(ALPHA, [0x11; 32]), (BETA, [0x22; 32])];
	let members = [[0x31; 32], [0x32; 32], [0x33; 32], [0x34; 32]];
	let mut ledger = Ledger::new(network.clone());
	let mut header = Header::genesis(
		&network,
		chain_list_hash(NETWORK, &genesis_hashes),
		member_set_hash(0, &members),
		ledger.states()[0].root(),
	);

	writeln!(
		out,
		"Network 7 has the chains 1 and 2. Token 1 on chain 1 is called USDT here, token 2 on chain 2 WETH.\n\
		 The L1 genesis hashes are 32 bytes `11` and 32 bytes `22`; oracle epoch 0 has four members whose keys\n\
		 are 32 bytes each of `31`, `32`, `33`, `34`. Owners: the operator 32 bytes `0f`, Alice 32 bytes `a1`, Bob\n\
		 32 bytes `b0`. Alice's and Bob's L2 keys come from seeds of the same bytes (section 4). The verifying\n\
		 keys of the example are the ASCII texts `chain 1` and `join 1`. Hexadecimal `0x…` is a word, big-endian\n\
		 as numbers are read; hexadecimal without `0x` is bytes as they stand.\n"
	)?;
	writeln!(out, "```text")?;
	writeln!(
		out,
		"alice key {} word {}",
		hex::encode(alice().public_key().0),
		word(&alice().key_point().word())
	)?;
	writeln!(
		out,
		"bob key {} word {}",
		hex::encode(bob().public_key().0),
		word(&bob().key_point().word())
	)?;
	writeln!(out, "pool params 0x{:016x}", POOL.pack())?;
	writeln!(out, "empty state root {}", word(&ledger.states()[0].root()))?;
	writeln!(out, "genesis header hash {}", hex::encode(header.hash()))?;
	writeln!(out, "```")?;

	for (timestamp, steps) in [(1_800_000_000, first_block()), (1_800_000_010, second_block())] {
		let number = BlockNumber(ledger.number().0 + 1);
		// The operator has an account on chain 1 only, where all fees of the example are paid.
		let params = BlockParams {
			number,
			timestamp: time(timestamp),
			fee_accounts: vec![account(0), account(0)],
			classes: vec![SizeClass::new(if number.0 == 1 { 2 } else { 1 }).expect("a class"); 2],
			join_class: JoinClass::new(1).expect("a class"),
			verify_signatures: true,
		};
		ledger.begin_block(params).expect("it continues the ledger");
		writeln!(out, "\n### Block {number}\n\nTimestamp {timestamp}.\n")?;
		for (place, step) in (1..).zip(&steps) {
			let receipt =
				ledger.apply(&step.operation).expect("the example's operations are valid");
			write_step(out, place, step, &receipt)?;
		}
		let sealed = ledger.seal().expect("a block is open");
		for (position, chain) in sealed.chains.iter().enumerate() {
			write_chain(out, &ledger, position, chain)?;
		}
		header = next_header(&header, &sealed);
		write_header(out, &header)?;
	}
	Ok(())
}

fn write_step(out: &mut String, place: usize, step: &Step, receipt: &Receipt) -> fmt::Result {
	writeln!(out, "{place}. {}\n\n```text", step.says)?;
	writeln!(out, "operation {:?}", step.operation.kind())?;
	if let (Some(bytes), Some(hash)) = (&step.signed, step.operation.transaction_hash()) {
		writeln!(out, "signed {}", hex::encode(bytes))?;
		writeln!(out, "transaction hash {}", word(&hash))?;
	}
	for (chain, account) in &receipt.created {
		writeln!(out, "created chain {chain} account {account}")?;
	}
	for change in &receipt.changes {
		writeln!(
			out,
			"balance chain {} account {} token {}: {} -> {}",
			change.chain, change.account, change.token, change.before, change.after
		)?;
	}
	if let Some(paid) = &receipt.paid {
		writeln!(
			out,
			"paid on chain {} token {} amount {} to {}",
			paid.chain,
			paid.token,
			paid.amount,
			hex::encode(paid.receiver.0)
		)?;
	}
	writeln!(out, "```\n")
}

fn write_chain(
	out: &mut String,
	ledger: &Ledger,
	position: usize,
	sealed: &SealedChain,
) -> fmt::Result {
	let ChainHeader { chain, size_class, .. } = sealed.header;
	writeln!(out, "Chain {chain}, class {}:\n\n```text", size_class.get())?;
	writeln!(out, "public data {}", hex::encode(&sealed.bytes))?;
	let registers: Vec<PoolSlot> = sealed.data.registers.iter().map(|it| it.slot).collect();
	for half in &sealed.data.halves {
		writeln!(out, "half {} {}", hex::encode(half_bytes(half, &registers)), half_name(half))?;
	}
	let words = sealed.data.expand(size_class).expect("the block was sealed with it");
	let slots = 2 * size_class.capacity() as usize;
	for (slot, cell) in words[..slots].chunks_exact(2).enumerate() {
		if cell[0] != Fr::from(0u8) {
			writeln!(out, "slot {slot} head {} aux {}", word(&cell[0]), word(&cell[1]))?;
		}
	}
	for (register, value) in
		words[slots..].iter().enumerate().filter(|(_, it)| **it != Fr::from(0u8))
	{
		writeln!(out, "register {register} {}", word(value))?;
	}
	writeln!(out, "commitment {}", word(&sealed.header.data_commitment))?;
	let mut log = JointLog::default();
	for entry in &sealed.log {
		log.append(entry);
		for (name, value) in ["e0", "e1", "e2", "e3", "tx", "owner"].iter().zip(entry.words()) {
			writeln!(out, "log {} {name} {}", log.count, word(&value))?;
		}
		writeln!(out, "log {} commitment {}", log.count, word(&log.commitment))?;
	}
	for paid in &sealed.fees {
		writeln!(
			out,
			"fees account {} token {}: {} -> {}",
			paid.account, paid.token, paid.before, paid.after
		)?;
	}
	let state = &ledger.states()[position];
	for (index, account) in state.accounts() {
		write!(
			out,
			"account {index} owner {} key {} nonce {} balances",
			hex::encode(account.owner.0),
			word(&account.key()),
			account.nonce()
		)?;
		for (token, held) in account.balances() {
			write!(out, " {token}:{held}")?;
		}
		writeln!(out)?;
	}
	for (slot, pool) in state.pools() {
		writeln!(
			out,
			"pool {slot} params 0x{:016x} side {} own {} foreign {} supply {}",
			pool.params.pack(),
			pool.side,
			pool.own,
			pool.foreign,
			pool.supply
		)?;
	}
	writeln!(out, "accounts root {}", word(&state.accounts_root()))?;
	writeln!(out, "pools root {}", word(&state.pools_root()))?;
	writeln!(out, "state root {}", word(&state.root()))?;
	writeln!(out, "```\n")
}

fn half_bytes(half: &Half, registers: &[PoolSlot]) -> Vec<u8> {
	// The example repeats no fee, so that a half alone has the bytes that it has in the stream.
	let mut writer = Writer::new(Vec::new(), registers);
	half.write(&mut writer).expect("the registers hold its pool");
	writer.into_bytes()
}

fn half_name(half: &Half) -> String {
	let debug = format!("{half:?}");
	debug.split('(').next().unwrap_or_default().to_owned()
}

/// The header that follows `parent`.
fn next_header(parent: &Header, sealed: &SealedBlock) -> Header {
	let key = |text: &str| -> Digest { verifying_key_digest(text.as_bytes()) };
	let chains: Vec<ChainHeader> = sealed.chains.iter().map(|chain| chain.header.clone()).collect();
	let classes: Vec<_> = chains.iter().map(|chain| (chain.size_class, key("chain 1"))).collect();
	Header {
		number: sealed.number,
		parent: parent.hash(),
		timestamp: sealed.timestamp,
		circuit_version: CIRCUIT_VERSION,
		keys_digest: keys_digest(CIRCUIT_VERSION, (sealed.join_class, key("join 1")), &classes),
		join_class: sealed.join_class,
		chains,
		..parent.clone()
	}
}

fn write_header(out: &mut String, header: &Header) -> fmt::Result {
	writeln!(out, "Header:\n\n```text")?;
	writeln!(out, "header {}", hex::encode(header.encode()))?;
	writeln!(out, "header hash {}", hex::encode(header.hash()))?;
	writeln!(out, "final root {}", word(&header.final_root()))?;
	for chain in &header.chains {
		let input =
			header.chain_public_input(chain.chain).expect("it is one of the header's chains");
		writeln!(out, "public input chain {} {}", chain.chain, word(&input))?;
	}
	writeln!(out, "public input join {}", word(&header.join_public_input()))?;
	writeln!(out, "```")
}
