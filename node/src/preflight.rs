// SPDX-License-Identifier: Apache-2.0

//! What is checked before a node starts.
//!
//! Substrate looks for another port when the JSON-RPC port is taken, and only logs when the others
//! are. A node that is not reachable where its operator expects it is worse than one that does not
//! start, so this node refuses.

use polkadot_sdk::*;

use sc_network::{Multiaddr, multiaddr::Protocol};
use sc_service::Configuration;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

/// Refuses a configuration whose ports are taken.
pub fn check(config: &Configuration) -> Result<(), sc_cli::Error> {
	// Without addresses given by the user, Substrate listens on loopback.
	if config.rpc.addr.is_none() && config.rpc.port != 0 {
		let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), config.rpc.port);
		ensure_free("JSON-RPC", "--rpc-port", address)?;
	}
	for endpoint in config.rpc.addr.iter().flatten().filter(|endpoint| !endpoint.is_optional) {
		ensure_free("JSON-RPC", "--rpc-port", endpoint.listen_addr)?;
	}
	for address in &config.network.listen_addresses {
		if let Some(address) = socket_address(address) {
			ensure_free("peer-to-peer", "--port", address)?;
		}
	}
	if let Some(prometheus) = &config.prometheus_config {
		ensure_free("Prometheus", "--prometheus-port", prometheus.port)?;
	}
	Ok(())
}

fn ensure_free(what: &str, flag: &str, address: SocketAddr) -> Result<(), sc_cli::Error> {
	match TcpListener::bind(address) {
		Ok(_) => Ok(()),
		// No IPv6 on this host: Substrate listens on what there is.
		Err(_) if address.is_ipv6() && !address.ip().is_loopback() => Ok(()),
		Err(e) => Err(sc_cli::Error::Input(format!(
			"the {what} port {} cannot be used ({e}): stop what uses it, or choose another with {flag}",
			address.port()
		))),
	}
}

/// The TCP address to listen on, if `address` is one.
fn socket_address(address: &Multiaddr) -> Option<SocketAddr> {
	let mut protocols = address.iter();
	let ip = match protocols.next()? {
		Protocol::Ip4(ip) => IpAddr::V4(ip),
		Protocol::Ip6(ip) => IpAddr::V6(ip),
		_ => return None,
	};
	match protocols.next()? {
		Protocol::Tcp(port) if port != 0 => Some(SocketAddr::new(ip, port)),
		_ => None,
	}
}
