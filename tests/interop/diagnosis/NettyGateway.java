// SPDX-License-Identifier: Apache-2.0
// A gateway that demands client certificates, by Netty over BoringSSL. Java judges the certificates: BoringSSL hears only
// that one is not good, and then sends the alert internal_error.
// usage: java -cp 'JARS/*' NettyGateway.java FOLDER PORT_OF_TLS_1_2 PORT_OF_TLS_1_3
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;

public class NettyGateway {
  /** Trusts the clients' authority, and reads the lists of what it has revoked. */
  static TrustManagerFactory clients(Path folder) throws Exception {
    CertificateFactory x509 = CertificateFactory.getInstance("X.509");
    PKIXBuilderParameters rules;
    try (InputStream authority = Files.newInputStream(folder.resolve("clients.pem"));
        InputStream revoked = Files.newInputStream(folder.resolve("revoked.pem"))) {
      TrustAnchor anchor = new TrustAnchor((X509Certificate) x509.generateCertificate(authority), null);
      rules = new PKIXBuilderParameters(Set.of(anchor), new X509CertSelector());
      rules.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(x509.generateCRLs(revoked))));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(rules));
    return factory;
  }

  static class Jobs extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      ByteBuf body = Unpooled.copiedBuffer("{\"jobs\":[]}", StandardCharsets.UTF_8);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      HttpUtil.setContentLength(response, body.readableBytes());
      context.writeAndFlush(response);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  static void listen(EventLoopGroup threads, SslContext tls, int port) throws Exception {
    ChannelInitializer<SocketChannel> connection =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            channel
                .pipeline()
                .addLast(
                    tls.newHandler(channel.alloc()),
                    new HttpServerCodec(),
                    new HttpObjectAggregator(8 << 20),
                    new Jobs());
          }
        };
    new ServerBootstrap()
        .group(threads)
        .channel(NioServerSocketChannel.class)
        .childHandler(connection)
        .bind("127.0.0.1", port)
        .sync();
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    File server = folder.resolve("server.pem").toFile();
    EventLoopGroup threads = new NioEventLoopGroup(1);
    String[] versions = {"TLSv1.2", "TLSv1.3"};
    for (int i = 0; i < versions.length; ++i) {
      SslContext tls =
          SslContextBuilder.forServer(server, server)
              .sslProvider(SslProvider.OPENSSL)
              .protocols(versions[i])
              .trustManager(clients(folder))
              .clientAuth(ClientAuth.REQUIRE)
              .build();
      listen(threads, tls, Integer.parseInt(arguments[1 + i]));
    }
  }
}
