// SPDX-License-Identifier: Apache-2.0

//! How the rollup ends when its operators are gone: everybody leaves with exactly what is theirs, by the program
//! `ligature` alone, and a stranger pays the fees.
//!
//! | file | holds |
//! |---|---|
//! | this one | the two stories: with oracles, and without |
//! | `leaver` | the program, from outside |
//! | `leaving` | everybody leaves, and nobody twice |
//! | `books` | what everybody must get, and what must remain |
//! | `relay` | `ligature oracle relay`: how oracles hear each other when no operator is left |

mod books;
mod leaver;
mod leaving;
mod relay;

use books::{Purses, gains, gifts, outside};
use leaver::{Leaver, STRANGER, of_chain};
use leaving::{Chain, everybody_leaves};
use ligature_chain::Call;
use ligature_cli::{
	devnet::Options,
	session::{Goal, Limit, Prepared, Terms, Token},
	wallet::Wallet,
};
use ligature_e2e::{ALPHA, Auditor, BETA, World, certificate, done, member, units};
use ligature_operator_api::TransactionState;
use ligature_primitives::{
	ids::{AccountIndex, BlockNumber, ChainId},
	pool::PoolParams,
	vote::VoteMessage,
};
use relay::Relay;
use serde_json::json;
use std::time::Duration;

/// The chains' requests expire after so long.
const EXPIRY: Duration = Duration::from_secs(40);

/// Somebody deposits, and waits until it is on the ledger.
async fn deposit(world: &World, who: &Wallet, token: &Token, amount: &str) {
	let amount = units(token, amount);
	let sent = world.session.deposit(who, token, who.owner(), amount, true).await;
	done("a deposit", sent);
	world
		.until("a deposit is on the ledger", async || {
			world.session.balance(who, token).await.is_ok_and(|balance| balance > 0)
		})
		.await;
}

/// Somebody signs for liquidity.
async fn liquidity(
	world: &World,
	who: &Wallet,
	params: PoolParams,
	usdt: &str,
	weth: &str,
) -> Prepared {
	let terms = Terms { pool_fee: Some(params.fee_bps), ..Terms::default() };
	let (usdt, weth) =
		((&world.usdt, units(&world.usdt, usdt)), (&world.weth, units(&world.weth, weth)));
	done("liquidity", world.session.add_liquidity(who, usdt, weth, 100, &terms).await).prepared
}

/// Somebody signs a swap of USDT for WETH.
async fn swap(world: &World, who: &Wallet, params: PoolParams, usdt: &str) -> Prepared {
	let terms = Terms { pool_fee: Some(params.fee_bps), ..Terms::default() };
	let amount = units(&world.usdt, usdt);
	let (from, to, limit) = (&world.usdt, &world.weth, Limit::Slippage(5_000));
	done("a swap", world.session.swap(who, from, to, amount, limit, &terms).await).prepared
}

/// The block that a transaction is in, once it is proven on both chains.
async fn proven(world: &World, prepared: &Prepared) -> BlockNumber {
	let hash = world.send(prepared).await;
	let info = world.reaches(hash, Goal::Proven).await;
	let TransactionState::InBlock { block, .. } = info.state else { panic!("it is proven") };
	BlockNumber(block)
}

/// An account of somebody on a chain, as the operator says.
async fn account(world: &World, who: &Wallet, chain: ChainId) -> AccountIndex {
	let accounts = done("accounts", world.session.accounts(who.owner()).await);
	let own = accounts.iter().find(|account| account.chain == chain.0).unwrap();
	AccountIndex::new(own.index).unwrap()
}

/// Waits until the first request of a chain has expired.
async fn expired(world: &World, chain: ChainId) {
	let waits = format!("the first request of chain {chain} expires");
	world
		.until(&waits, async || {
			let at = world.chain(chain).await.best().await.unwrap();
			let first = at.status().await.unwrap().queue.executed;
			let requests = at.requests(first, 1).await.unwrap();
			requests.first().is_some_and(|(_, request)| request.expires <= at.head().number)
		})
		.await;
}

/// A network whose requests expire soon, and whose oracles know these relays beside the operator.
fn options(relay: Vec<String>) -> Options {
	Options { expiry: Some(EXPIRY), relay, ..World::options() }
}

/// Waits until a chain has finalized that its freeze block is this one.
async fn frozen(world: &World, chain: ChainId, block: BlockNumber) {
	let mut found = None;
	world
		.until(&format!("chain {chain} is frozen"), async || {
			let at = world.chain(chain).await.finalized().await.unwrap();
			found = at.status().await.unwrap().exodus.and_then(|exodus| exodus.freeze);
			found.is_some()
		})
		.await;
	assert_eq!(found, Some(block), "chain {chain}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_should_leave_when_all_operators_are_gone() {
	let address = relay::address();
	let mut world = World::with(options(vec![format!("ws://{address}")])).await;
	let _relay = Relay::start(&world, address);
	let auditor = Auditor::beside(&world);
	let dave = Wallet::from_suri("//Dave").unwrap();
	let gifts = [gifts(&world, ALPHA).await, gifts(&world, BETA).await];
	tokio::join!(
		world.deposits("1000", "1"),
		deposit(&world, &dave, &world.usdt, "500"),
		deposit(&world, &dave, &world.weth, "0.5"),
	);
	world.pool("600", "0.2").await;
	let params = world.params();
	let added = liquidity(&world, &dave, params, "70", "0.03").await;
	let there = swap(&world, &world.ferdie, params, "30").await;
	world.send(&added).await;
	world.all_the_way(&there).await;
	let settled = world.settled().await;
	let account = account(&world, &world.eve, ALPHA).await;

	// The last block is proven when all operators die. The oracles certify it, and nobody executes it.
	let withdrawal = world.withdrawal(&world.ferdie, &world.usdt, "2").await;
	let last = proven(&world, &withdrawal).await;
	world.network().kill("operator").unwrap();
	world.say("all operators are gone");
	let leaver = Leaver::of(&mut world);
	for chain in [ALPHA, BETA] {
		let certified = async || world.status(chain).await.counters.certified == last;
		world.until("the last block is certified", certified).await;
		assert_eq!(world.status(chain).await.counters.executed, settled);
	}

	// Nobody hears these any more. One deposit is for somebody else: it goes back to who paid.
	let (usdt, weth) = (units(&world.usdt, "7"), units(&world.weth, "0.03"));
	let (exit, ignored, gift) = tokio::join!(
		world.session.full_exit(&world.eve, &world.usdt, account),
		world.session.deposit(&dave, &world.usdt, dave.owner(), usdt, false),
		world.session.deposit(&world.ferdie, &world.weth, world.eve.owner(), weth, false),
	);
	done("a full exit", exit);
	done("a deposit", ignored);
	done("a deposit for somebody else", gift);
	let refused = leaver.refused(&["enter", "--chain", "beta", "--suri", STRANGER]).await;
	assert!(refused.contains("expires in") && refused.contains("nothing was sent"), "{refused}");
	let status = leaver.exit(&["status"]).await;
	assert_eq!(of_chain(&status, BETA)["mode"], "open");

	expired(&world, BETA).await;
	let entered = leaver.by_stranger(&["enter", "--chain", "beta"]).await;
	assert_eq!((&entered["sent"], &entered["mode"]), (&json!(true), &json!("ended")));
	world.say("the rollup has ended on beta");
	for chain in [ALPHA, BETA] {
		frozen(&world, chain, last).await;
	}
	world.say("the oracles have frozen both chains");
	auditor.finds(&world, "RequestExpired", BETA, None).await;
	for name in ["ExodusBegun", "FreezeFixed"] {
		auditor.finds(&world, name, ALPHA, None).await;
		auditor.finds(&world, name, BETA, None).await;
	}
	let early = leaver.refused(&["claim", "--all", "--suri", STRANGER]).await;
	assert!(early.contains("nothing can be claimed yet"), "{early}");
	assert!(early.contains("`ligature exit execute --chain alpha`"), "{early}");

	let before = outside(&world, ALPHA, &[world.ferdie.owner()]).await;
	let executed = leaver.by_stranger(&["execute"]).await;
	for chain in [ALPHA, BETA] {
		let answer = of_chain(&executed, chain);
		assert_eq!((&answer["blocks"], &answer["mode"]), (&json!(1), &json!("leaving")));
	}
	let after = outside(&world, ALPHA, &[world.ferdie.owner()]).await;
	let withdrawn = ((world.ferdie.owner(), world.usdt.id), units(&world.usdt, "2").get());
	assert_eq!(gains(&before, &after), Purses::from([withdrawn]));
	world.say("the last block is executed");

	let refunds = [
		Purses::from([((dave.owner(), world.usdt.id), usdt.get())]),
		Purses::from([((world.ferdie.owner(), world.weth.id), weth.get())]),
	];
	let [one, other] = refunds;
	let chains = [Chain::of(&world, ALPHA, one).await, Chain::of(&world, BETA, other).await];
	everybody_leaves(&mut world, &leaver, &chains, &gifts).await;
	// Nobody has paid or taken what he should not: all that was wrong is that nobody has served the queues.
	auditor.stop(&["RequestExpired"]);
	world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_should_leave_when_all_oracles_are_dead_too() {
	let mut world = World::with(options(Vec::new())).await;
	let auditor = Auditor::beside(&world);
	let dave = Wallet::from_suri("//Dave").unwrap();
	let gifts = [gifts(&world, ALPHA).await, gifts(&world, BETA).await];
	// One pool at home on each chain.
	let params = world.params();
	let back = PoolParams {
		chain0: params.chain1,
		token0: params.token1,
		chain1: params.chain0,
		token1: params.token0,
		fee_bps: 100,
	};
	tokio::join!(
		world.deposits("1000", "1"),
		deposit(&world, &dave, &world.usdt, "500"),
		deposit(&world, &dave, &world.weth, "0.5"),
		async { done("a pool", world.session.create_pool(&world.eve, params).await) },
		async { done("a pool", world.session.create_pool(&dave, back).await) },
	);
	let complete = async || {
		let pools = world.session.pools().await.unwrap_or_default();
		pools.iter().filter(|pool| pool.complete).count() == 2
	};
	world.until("both pools exist on both sides", complete).await;
	let first = liquidity(&world, &world.eve, params, "600", "0.2").await;
	let second = liquidity(&world, &dave, back, "90", "0.03").await;
	world.send(&first).await;
	world.all_the_way(&second).await;
	let settled = world.settled().await;
	let account = account(&world, &world.eve, ALPHA).await;

	// A swap is proven when the oracles die one by one; of the last certificate only alpha ever hears.
	for name in ["oracle-2", "oracle-3"] {
		world.network().kill(name).unwrap();
	}
	let trade = swap(&world, &world.ferdie, params, "50").await;
	let torn = proven(&world, &trade).await;
	assert_eq!(torn.0, settled.0 + 1);
	for name in ["operator", "oracle-1", "oracle-4"] {
		world.network().kill(name).unwrap();
	}
	let keys = ["//Alice", "//Bob", "//Dave"].map(member);
	let message = VoteMessage::block(&world.block(ALPHA, torn).await.unwrap().header);
	let bytes = certificate(&world, &keys.each_ref(), &message).await;
	world.bring(ALPHA, &Call::SubmitCertificate(bytes), STRANGER).await.unwrap();
	world.say("operators and oracles are gone, and the chains are torn by a block");

	let leaver = Leaver::of(&mut world);
	let exit = world.session.full_exit(&world.eve, &world.usdt, account);
	let amount = units(&world.weth, "0.03");
	let ignored = world.session.deposit(&dave, &world.weth, dave.owner(), amount, false);
	let (exit, ignored) = tokio::join!(exit, ignored);
	done("a full exit", exit);
	done("a deposit", ignored);
	for (chain, name) in [(ALPHA, "alpha"), (BETA, "beta")] {
		expired(&world, chain).await;
		leaver.by_stranger(&["enter", "--chain", name]).await;
	}
	let early = leaver.refused(&["freeze", "--chain", "beta", "--suri", STRANGER]).await;
	assert!(early.contains("`ligature exit freeze --chain beta`"), "{early}");
	assert!(early.contains("blocks (about"), "{early}");
	for (chain, name) in [(ALPHA, "alpha"), (BETA, "beta")] {
		let over = async || {
			let status = world.status(chain).await;
			let timeout = status.parameters.unwrap().exodus_timeout;
			status.exodus.unwrap().since + timeout <= world.height(chain).await
		};
		world.until("the timeout is over", over).await;
		let fixed = leaver.by_stranger(&["freeze", "--chain", name]).await;
		assert_eq!(fixed["sent"], json!(true));
	}
	frozen(&world, ALPHA, torn).await;
	frozen(&world, BETA, settled).await;
	world.say("each chain has fixed its own last block");
	auditor.finds(&world, "Stalled", BETA, torn).await;
	for chain in [ALPHA, BETA] {
		for name in ["RequestExpired", "ExodusBegun", "FreezeFixed"] {
			auditor.finds(&world, name, chain, None).await;
		}
	}
	let executed = leaver.by_stranger(&["execute", "--chain", "alpha"]).await;
	assert_eq!(of_chain(&executed, ALPHA)["blocks"], 1);
	let status = leaver.exit(&["status"]).await;
	assert!([ALPHA, BETA].iter().all(|chain| of_chain(&status, *chain)["mode"] == "leaving"));

	let refund = Purses::from([((dave.owner(), world.weth.id), amount.get())]);
	let chains =
		[Chain::of(&world, ALPHA, Purses::new()).await, Chain::of(&world, BETA, refund).await];
	assert_eq!((chains[0].block, chains[1].block), (torn, settled));
	bounded(&world, &chains, &trade);
	everybody_leaves(&mut world, &leaver, &chains, &gifts).await;
	// Nobody has paid or taken what he should not: all that was wrong is that nobody has served the queues.
	auditor.stop(&["RequestExpired"]);
	world.stop().await;
}

/// What tearing costs: who has swapped in the block that only alpha executes has paid there and gets nothing on beta; no
/// more than that moves, and nobody else loses anything.
fn bounded(world: &World, chains: &[Chain; 2], trade: &Prepared) {
	let whole = chains[1].books.payouts(ALPHA);
	let torn = chains[0].books.payouts(ALPHA);
	let paid = units(&world.usdt, "50").get() + trade.fee.get();
	let loser = (world.ferdie.owner(), world.usdt.id);
	assert_eq!(whole[&loser] - torn[&loser], paid);
	let mut gained = 0;
	for (key, amount) in torn.iter().filter(|(key, _)| **key != loser) {
		let before = whole.get(key).copied().unwrap_or(0);
		assert!(*amount >= before, "nobody else loses");
		gained += amount - before;
	}
	assert!(gained <= paid, "{gained} of {paid}");
	assert!(whole.keys().all(|key| torn.contains_key(key)), "nobody else loses");
}
