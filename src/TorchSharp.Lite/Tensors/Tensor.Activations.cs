using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>x where positive, else alpha · (exp(x) − 1).</summary>
        public Tensor elu(double alpha = 1) => Call("elu", this, alpha);
        /// <summary>In-place form of elu.</summary>
        public Tensor elu_(double alpha = 1) => CallInPlace("elu_", this, alpha);
        /// <summary>log(1 + exp(beta · x)) / beta.</summary>
        public Tensor softplus(double beta = 1, double threshold = 20) => Call("softplus", this, beta, threshold);
        /// <summary>x where positive, else negative_slope · x.</summary>
        public Tensor leaky_relu(Scalar negative_slope) => Call("leaky_relu", this, negative_slope);
        /// <summary>In-place form of leaky_relu.</summary>
        public Tensor leaky_relu_(Scalar negative_slope) => CallInPlace("leaky_relu_", this, negative_slope);
        /// <summary>The self-normalising exponential unit.</summary>
        public Tensor selu() => Call("selu", this);
        /// <summary>In-place form of selu.</summary>
        public Tensor selu_() => CallInPlace("selu_", this);
        /// <summary>The logarithm of sigmoid.</summary>
        public Tensor log_sigmoid() => Call("log_sigmoid", this);
        /// <summary>x · Φ(x), with the normal distribution function Φ or its tanh approximation.</summary>
        public Tensor gelu() => Call("gelu", this);
        /// <inheritdoc cref="gelu()"/>
        public Tensor gelu(Modules.GELU.Approximate approximate) => Call("gelu", this, Name(approximate));
        /// <summary>In-place form of gelu.</summary>
        public Tensor gelu_() => CallInPlace("gelu_", this);
        /// <inheritdoc cref="gelu_()"/>
        public Tensor gelu_(Modules.GELU.Approximate approximate) => CallInPlace("gelu_", this, Name(approximate));
        /// <summary>x where positive, else target · x.</summary>
        public Tensor prelu(Tensor target) => Call("prelu", this, target);
        /// <summary>x where above the threshold, else value.</summary>
        public Tensor threshold(Scalar threshold, Scalar value) => Call("threshold", this, threshold, value);
        /// <summary>min(max(x, 0), 6).</summary>
        public Tensor relu6() => Call("relu6", this);
        /// <summary>In-place form of relu6.</summary>
        public Tensor relu6_() => CallInPlace("relu6_", this);
    }
}
