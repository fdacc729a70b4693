// SPDX-License-Identifier: Apache-2.0

//! From a configuration to a member at work.

use super::{Core, Settings, serve};
use crate::{
	Config, OracleError,
	journal::Journal,
	keys::{KeyError, MemberKey},
	metrics::Metrics,
	relayer::{NodePort, Port},
	watch::Nodes,
};
use ligature_chain::{Chain, ChainError, Joined, Signer, Wait, join};
use ligature_primitives::ids::ChainId;
use ligature_service_kit::{Shutdown, metrics};
use prometheus::Registry;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Between looks at a network that is not open yet.
const PAUSE: Duration = Duration::from_secs(2);

/// Runs an oracle until the end is asked for. It waits for its chains to answer and for their network to be
/// open.
///
/// # Errors
///
/// [`OracleError`]: a key, a journal or an address that cannot be used, chains that are not of one network, or a
/// vote of this member's that its journal does not hold.
pub async fn run(config: Config, shutdown: Shutdown) -> Result<(), OracleError> {
	if config.relays.is_empty() {
		return Err(OracleError::NoRelay);
	}
	let key = MemberKey::load(&config.member)?;
	let signer = Signer::from_suri(&config.account.text()?).map_err(|_| KeyError::BadAccount)?;
	let registry = Registry::new();
	let metrics =
		Metrics::new(&registry).map_err(|error| OracleError::Internal(error.to_string()))?;
	if let Some(listen) = config.metrics {
		metrics::serve(listen, registry, shutdown.clone()).await?;
	}
	tracing::info!("member 0x{}, account {}", hex::encode(key.public()), signer.address());

	let joined = tokio::select! {
		joined = join(&config.chains, Wait::Forever) => joined?,
		() = shutdown.wait() => return Ok(()),
	};
	let Joined { network, chains } = joined;
	let chains: Vec<_> =
		chains.into_iter().map(|(chain, identity)| (identity.chain, chain)).collect();
	tokio::select! {
		opened = wait_until_open(&chains) => opened?,
		() = shutdown.wait() => return Ok(()),
	}
	let journal = Journal::open(&config.journal, network, &key.public())?;
	tracing::info!("network {} is open; {} votes in the journal", network.0, journal.len());

	let eyes = Nodes::new(network, &chains, key.public());
	let port = |(id, chain)| Arc::new(NodePort::new(id, chain, signer.clone())) as Arc<dyn Port>;
	let ports = chains.into_iter().map(port).collect();
	let Config { relays, poll, turn, .. } = config;
	let core = Core::new(network, key, journal, metrics.clone());
	serve(core, eyes, ports, Settings { relays, poll, turn }, metrics, shutdown).await
}

/// Waits until all chains know each other.
async fn wait_until_open(chains: &[(ChainId, Chain)]) -> Result<(), OracleError> {
	let mut said = false;
	loop {
		let mut closed = Vec::new();
		for (id, chain) in chains {
			match is_open(chain).await {
				Ok(true) => {},
				Ok(false) => closed.push(*id),
				Err(error) if error.is_passing() => closed.push(*id),
				Err(source) => {
					return Err(OracleError::Chain { url: chain.url().into(), source });
				},
			}
		}
		if closed.is_empty() {
			return Ok(());
		}
		if !said {
			let closed: Vec<_> = closed.iter().map(|id| id.0.to_string()).collect();
			tracing::info!("waiting for the network to be opened on chain {}", closed.join(", "));
			said = true;
		}
		sleep(PAUSE).await;
	}
}

async fn is_open(chain: &Chain) -> Result<bool, ChainError> {
	Ok(chain.finalized().await?.status().await?.chain_list_hash.is_some())
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_chain::JoinError;

	#[tokio::test]
	async fn a_configuration_that_cannot_work_should_be_refused_at_once() {
		let example: Config =
			ligature_service_kit::parse_config(Config::EXAMPLE).expect("the example");
		let example = Config { metrics: None, ..example };
		let (shutdown, _trigger) = Shutdown::manual();
		let no_relay = Config { relays: vec![], ..example.clone() };
		assert!(matches!(run(no_relay, shutdown.clone()).await, Err(OracleError::NoRelay)));
		let secret = |text: &str| crate::KeySource::Development(text.into());
		let no_key = Config { member: secret("Alice"), ..example.clone() };
		let error = run(no_key, shutdown.clone()).await;
		assert!(matches!(error, Err(OracleError::Key(KeyError::NotDevelopment))));
		let no_account = Config { account: secret("//Alice/soft//"), ..example.clone() };
		let error = run(no_account, shutdown.clone()).await;
		assert!(matches!(error, Err(OracleError::Key(_))), "{error:?}");
		let no_address = Config { chains: vec!["nowhere".into()], ..example };
		let error = run(no_address, shutdown).await;
		let refused = matches!(error, Err(OracleError::Join(JoinError::Chain { .. })));
		assert!(refused, "{error:?}");
	}

	#[tokio::test]
	async fn an_oracle_should_wait_for_its_chains_and_end_when_asked() {
		let example: Config =
			ligature_service_kit::parse_config(Config::EXAMPLE).expect("the example");
		// A port on which nobody listens: one that was free a moment ago.
		let free = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
		let url = format!("ws://{}", free.local_addr().expect("bound"));
		drop(free);
		let config = Config { metrics: None, chains: vec![url], ..example };
		let (shutdown, trigger) = Shutdown::manual();
		let running = tokio::spawn(run(config, shutdown));
		sleep(Duration::from_millis(300)).await;
		assert!(!running.is_finished(), "it waits");
		trigger.request();
		let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
		ended.expect("it ends").expect("no panic").expect("no error");
	}
}
