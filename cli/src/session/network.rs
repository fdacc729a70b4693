// SPDX-License-Identifier: Apache-2.0

//! The network as the chains themselves tell it, for chains that are named by hand.

use ligature_chain::{Chain, Identity};
use ligature_operator_api::{ChainInfo, Hash32, NetworkInfo, TokenInfo};
use ligature_primitives::ids::ChainId;

use super::chain_trouble;
use crate::failure::Failure;

/// A chain that was named by its URL.
pub struct Named {
	/// Its number in the network, as it says itself.
	pub id: ChainId,
	/// The connection.
	pub chain: Chain,
	identity: Identity,
	tokens: Vec<TokenInfo>,
	/// Seconds since 1970 by its clock.
	now: u64,
}

/// Connects to the chains and asks who they are.
pub async fn chains(urls: &[String]) -> Result<Vec<Named>, Failure> {
	let mut named = Vec::new();
	for url in urls {
		named.push(ask(url).await?);
	}
	Ok(named)
}

async fn ask(url: &str) -> Result<Named, Failure> {
	let trouble = |error| chain_trouble(url, error);
	let chain = Chain::connect(url).await.map_err(trouble)?;
	let at = chain.best().await.map_err(trouble)?;
	let Some(identity) = at.identity().await.map_err(trouble)? else {
		return Err(Failure::failed(
			format!("the chain at {url} belongs to no network"),
			"name the server of a chain that the rollup settles on",
		));
	};
	let tokens = at.tokens().await.map_err(trouble)?;
	let tokens = tokens.into_iter().map(|token| TokenInfo {
		id: token.id.0,
		asset: token.asset,
		symbol: token.symbol,
		decimals: token.decimals,
	});
	let now = at.time().await.map_err(trouble)? / 1_000;
	Ok(Named { id: identity.chain, identity, tokens: tokens.collect(), now, chain })
}

/// The network of chains that must belong together.
pub fn of(named: &[Named]) -> Result<NetworkInfo, Failure> {
	let mut network = NetworkInfo { id: 0, chains: Vec::new(), now: 0 };
	for chain in named {
		network.id = chain.identity.network.0;
		network.now = network.now.max(chain.now);
		network.chains.push(info(chain));
	}
	network.chains.sort_by_key(|chain| chain.id);
	let same = named.iter().all(|chain| chain.identity.network.0 == network.id);
	let distinct = network.chains.windows(2).all(|pair| pair[0].id != pair[1].id);
	if same && distinct {
		return Ok(network);
	}
	Err(Failure::input(
		"the chains named are not different chains of one network",
		"name each chain of the network at most once with --chain-url",
	))
}

/// Puts a chain that was named by hand in the place of what the operator says about it.
pub fn replace(network: &mut NetworkInfo, chain: &Named) -> Result<(), Failure> {
	let place = network.chains.iter_mut().find(|info| info.id == chain.id.0);
	match place {
		Some(place)
			if chain.identity.network.0 == network.id
				&& place.genesis.0 == chain.chain.genesis() =>
		{
			*place = info(chain);
			Ok(())
		},
		_ => Err(Failure::failed(
			format!("the chain at {} is not one of the operator's", chain.chain.url()),
			"name a server of a chain of the same network with --chain-url, or another --operator",
		)),
	}
}

fn info(chain: &Named) -> ChainInfo {
	ChainInfo {
		id: chain.id.0,
		name: chain.chain.name().into(),
		url: chain.chain.url().into(),
		genesis: Hash32(chain.chain.genesis()),
		tokens: chain.tokens.clone(),
	}
}
