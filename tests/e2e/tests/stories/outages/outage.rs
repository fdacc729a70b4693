// SPDX-License-Identifier: Apache-2.0

//! Beta is away for a minute. The operator takes what people send, builds as many blocks as may be open, and settles
//! everything, once, when beta is back.

use ligature_cli::{
	devnet::OPERATOR,
	session::{Goal, Prepared, Token, params_of},
	wallet::Wallet,
};
use ligature_e2e::{ALPHA, Auditor, BETA, Holdings, Vault, World, units};
use ligature_operator_api::{
	Bytes, Decimal, OperatorApiClient, Submission, TransactionHash, TransactionState,
	code::{ACCOUNT_FULL, NONCE_TAKEN, NONCE_TOO_FAR},
};
use ligature_primitives::{
	amount::Amount,
	ids::{AccountIndex, Nonce, Timestamp},
	op::{SignedTransaction, Transaction, TransferBody},
	pool::swap_out,
};
use std::time::{Duration, Instant};

/// How long beta is away.
const AWAY: Duration = Duration::from_secs(60);

/// So many blocks at most are open, by default, before the operator builds no more.
const MOST_OPEN: u64 = 3;

/// Most transactions of one account that wait, by default.
const PER_ACCOUNT: u32 = 256;

/// What everybody should have, kept beside the ledger.
struct Books {
	/// The operator, Eve, Ferdie.
	all: [Holdings; 3],
	/// The pool's reserves of USDT and WETH.
	pool: (Amount, Amount),
}

impl Books {
	async fn of(world: &World) -> Self {
		let operator = Wallet::from_suri(OPERATOR).unwrap();
		let mut all = Vec::new();
		for wallet in [&operator, &world.eve, &world.ferdie] {
			all.push(Holdings::of(world, wallet).await);
		}
		let pools = world.session.pools().await.unwrap();
		let pool = pools.iter().find(|pool| params_of(pool).unwrap() == world.params()).unwrap();
		let amount = |reserve: Decimal| Amount::new(reserve.0).unwrap();
		let pool = (amount(pool.reserve0), amount(pool.reserve1));
		Self { all: all.try_into().unwrap(), pool }
	}

	/// Ferdie does one of each: two swaps, a transfer to Eve, a withdrawal on each chain.
	async fn round(&mut self, world: &World) -> Vec<Prepared> {
		let [operator, eve, ferdie] = &mut self.all;
		let (usdt, weth) = (&world.usdt, &world.weth);
		let there = world.swap(&world.ferdie, usdt, weth, "10").await;
		let given = units(usdt, "10");
		let out = swap_out(self.pool.0, self.pool.1, given, 30).unwrap();
		self.pool = (out.reserve_in, out.reserve_out);
		ferdie.usdt -= given.get() + there.fee.get();
		ferdie.weth += out.amount_out.get();
		operator.usdt += there.fee.get();
		world.send(&there).await;

		let back = world.swap(&world.ferdie, weth, usdt, "0.002").await;
		let given = units(weth, "0.002");
		let out = swap_out(self.pool.1, self.pool.0, given, 30).unwrap();
		self.pool = (out.reserve_out, out.reserve_in);
		ferdie.weth -= given.get() + back.fee.get();
		ferdie.usdt += out.amount_out.get();
		operator.weth += back.fee.get();
		world.send(&back).await;

		let transfer = world.transfer(&world.ferdie, usdt, &world.eve, "1").await;
		let sent = units(usdt, "1").get();
		ferdie.usdt -= sent + transfer.fee.get();
		eve.usdt += sent;
		operator.usdt += transfer.fee.get();
		world.send(&transfer).await;

		let alpha = world.withdrawal(&world.ferdie, usdt, "2").await;
		let sent = units(usdt, "2").get();
		ferdie.usdt -= sent + alpha.fee.get();
		ferdie.usdt_outside += sent;
		operator.usdt += alpha.fee.get();
		world.send(&alpha).await;

		let beta = world.withdrawal(&world.ferdie, weth, "0.01").await;
		let sent = units(weth, "0.01").get();
		ferdie.weth -= sent + beta.fee.get();
		ferdie.weth_outside += sent;
		operator.weth += beta.fee.get();
		world.send(&beta).await;
		vec![there, back, transfer, alpha, beta]
	}

	/// Checks them against the ledger, and what is on the ledger against what custody owes.
	async fn check(&self, world: &World) {
		let found = Self::of(world).await;
		assert_eq!(found.all, self.all, "operator, Eve, Ferdie");
		assert_eq!(found.pool, self.pool, "the pool");
		let usdt = self.all.iter().map(|holdings| holdings.usdt).sum::<u128>();
		let weth = self.all.iter().map(|holdings| holdings.weth).sum::<u128>();
		let owed = async |token: &Token| Vault::of(world, token).await.owed;
		assert_eq!(owed(&world.usdt).await, usdt + self.pool.0.get());
		assert_eq!(owed(&world.weth).await, weth + self.pool.1.get());
	}
}

/// How many blocks are built and not executed on both chains.
async fn open(world: &World) -> u64 {
	let status = world.session.status().await.unwrap();
	let executed = status.chains.iter().map(|chain| chain.executed).min().unwrap();
	status.built - executed
}

/// Beta dies for a minute; people trade on.
pub async fn outage(world: &mut World, auditor: &Auditor) {
	let mut books = Books::of(world).await;
	world.network().kill("beta").expect("it dies");
	let down = Instant::now();
	world.say("beta is away");

	// As many blocks are built as may be open; what comes then waits.
	let mut sent = Vec::new();
	while open(world).await < MOST_OPEN {
		sent.extend(books.round(world).await);
		world
			.until("blocks are built", async || {
				let waiting = world.session.status().await.unwrap().mempool;
				waiting == 0 || open(world).await == MOST_OPEN
			})
			.await;
	}
	let built = world.session.status().await.unwrap().built;
	sent.extend(books.round(world).await);
	world.say("blocks are built as many as may be, and trades wait");
	let flood = fill_one_account(world).await;
	// The others are not hindered by that.
	let transfer = world.transfer(&world.ferdie, &world.usdt, &world.eve, "1").await;
	world.send(&transfer).await;
	let moved = units(&world.usdt, "1").get();
	books.all[2].usdt -= moved + transfer.fee.get();
	books.all[1].usdt += moved;
	books.all[0].usdt += transfer.fee.get();
	sent.push(transfer);
	let hashes: Vec<_> = sent.iter().map(|prepared| prepared.hash).collect();

	tokio::time::sleep(AWAY.saturating_sub(down.elapsed())).await;
	let status = world.session.status().await.unwrap();
	assert_eq!(status.built, built, "no more are built");
	assert_eq!(status.not_accepting, None, "what comes is taken");
	let connected: Vec<_> = status.chains.iter().map(|chain| chain.connected).collect();
	assert_eq!(connected, [true, false]);
	assert!(auditor.has("ChainUnreachable", BETA, None), "it knows who is away");
	assert!(!auditor.has("ChainUnreachable", ALPHA, None));
	for hash in &hashes {
		let info = world.session.transaction(*hash).await.unwrap();
		let certified = info.stages.iter().any(|(_, times)| times.certified.is_some());
		assert!(!certified, "nothing is settled without beta");
	}

	world.restart("beta").await.expect("it comes back");
	for hash in &hashes {
		world.reaches(*hash, Goal::Executed).await;
	}
	world.say("all that was sent is executed");
	world.settled().await;
	world.each_done_once(&hashes).await;
	books.check(world).await;
	// What had expired meanwhile was dropped: nothing of it has happened.
	for hash in flood {
		let info = world.session.transaction(hash).await.unwrap();
		let TransactionState::Refused { code, name, .. } = info.state else { panic!("{info:?}") };
		assert_eq!((code, name.as_str()), (1_063, "Expired"));
	}
	world.say("everything adds up");
}

/// Fills Eve's account on alpha with what expires in a moment, and more; gives what was taken.
async fn fill_one_account(world: &World) -> Vec<TransactionHash> {
	let accounts = world.session.accounts(world.eve.owner()).await.unwrap();
	let account = accounts.iter().find(|account| account.chain == ALPHA.0).unwrap();
	let expiry = Timestamp::new(world.session.now() + 15).unwrap();
	let fee = world.transfer(&world.eve, &world.usdt, &world.ferdie, "1").await.fee;
	let signed = |skipped: u32, amount: u128| {
		let body = TransferBody {
			chain: ALPHA,
			account: AccountIndex::new(account.index).unwrap(),
			nonce: Nonce(account.next_nonce + skipped),
			token: world.usdt.id,
			receiver: world.ferdie.owner(),
			amount: Amount::new(amount).unwrap(),
			fee,
		};
		let id = world.session.network_id();
		let signed = SignedTransaction::sign(id, expiry, body, world.eve.secret());
		Bytes(Transaction::from(signed).encode())
	};
	let submit = async |transactions: Vec<Bytes>| {
		let answers = world.session.operator().unwrap().submit_batch(transactions).await;
		answers.expect("it answers")
	};
	let taken = submit((0..PER_ACCOUNT).map(|skipped| signed(skipped, 1)).collect()).await;
	let taken = taken.into_iter().map(|answer| match answer {
		Submission::Accepted { hash } => hash,
		refused => panic!("there is room: {refused:?}"),
	});
	let taken: Vec<_> = taken.collect();
	let refused =
		submit(vec![signed(PER_ACCOUNT, 1), signed(0, 2), signed(2 * PER_ACCOUNT + 1, 1)]).await;
	let expected = [
		(ACCOUNT_FULL, "AccountFull"),
		(NONCE_TAKEN, "NonceTaken"),
		(NONCE_TOO_FAR, "NonceTooFar"),
	];
	for (answer, (expected, reason)) in refused.iter().zip(expected) {
		let Submission::Refused { code, name, .. } = answer else { panic!("{reason}: taken") };
		assert_eq!((*code, name.as_str()), (expected, reason));
	}
	taken
}
