using static TorchSharp.Lite.Dispatcher;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The sum with a tensor or number, times alpha.</summary>
        public Tensor add(Tensor target) => Call("add.Tensor", this, target);
        /// <inheritdoc cref="add(Tensor)"/>
        public Tensor add(Tensor target, Scalar alpha) => Call("add.Tensor", this, target, alpha);
        /// <inheritdoc cref="add(Tensor)"/>
        public Tensor add(Scalar scalar) => Call("add.Scalar", this, scalar);
        /// <inheritdoc cref="add(Tensor)"/>
        public Tensor add(Scalar scalar, Scalar alpha) => Call("add.Scalar", this, scalar, alpha);
        /// <summary>In-place form of add.</summary>
        public Tensor add_(Tensor target) => CallInPlace("add_.Tensor", this, target);
        /// <inheritdoc cref="add_(Tensor)"/>
        public Tensor add_(Tensor target, Scalar alpha) => CallInPlace("add_.Tensor", this, target, alpha);
        /// <inheritdoc cref="add_(Tensor)"/>
        public Tensor add_(Scalar scalar) => CallInPlace("add_.Scalar", this, scalar);
        /// <inheritdoc cref="add_(Tensor)"/>
        public Tensor add_(Scalar scalar, Scalar alpha) => CallInPlace("add_.Scalar", this, scalar, alpha);
        /// <summary>The difference to a tensor or number.</summary>
        public Tensor sub(Tensor target) => Call("sub.Tensor", this, target);
        /// <inheritdoc cref="sub(Tensor)"/>
        public Tensor sub(Scalar target) => Call("sub.Scalar", this, target);
        /// <summary>In-place form of sub.</summary>
        public Tensor sub_(Tensor target) => CallInPlace("sub_.Tensor", this, target);
        /// <inheritdoc cref="sub_(Tensor)"/>
        public Tensor sub_(Scalar target) => CallInPlace("sub_.Scalar", this, target);
        /// <summary>The difference to a tensor or number.</summary>
        public Tensor subtract(Scalar target) => Call("subtract.Scalar", this, target);
        /// <inheritdoc cref="subtract(Scalar)"/>
        public Tensor subtract(Tensor target) => Call("subtract.Tensor", this, target);
        /// <summary>In-place form of subtract.</summary>
        public Tensor subtract_(Scalar target) => CallInPlace("subtract_.Scalar", this, target);
        /// <inheritdoc cref="subtract_(Scalar)"/>
        public Tensor subtract_(Tensor target) => CallInPlace("subtract_.Tensor", this, target);
        /// <summary>The product with a tensor or number.</summary>
        public Tensor mul(Tensor target) => Call("mul.Tensor", this, target);
        /// <inheritdoc cref="mul(Tensor)"/>
        public Tensor mul(Scalar target) => Call("mul.Scalar", this, target);
        /// <summary>In-place form of mul.</summary>
        public Tensor mul_(Tensor target) => CallInPlace("mul_.Tensor", this, target);
        /// <inheritdoc cref="mul_(Tensor)"/>
        public Tensor mul_(Scalar target) => CallInPlace("mul_.Scalar", this, target);
        /// <summary>The product with a tensor or number.</summary>
        public Tensor multiply(Tensor target) => Call("multiply.Tensor", this, target);
        /// <inheritdoc cref="multiply(Tensor)"/>
        public Tensor multiply(Scalar target) => Call("multiply.Scalar", this, target);
        /// <summary>The quotient by a tensor or number, rounded as asked.</summary>
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Call("div.Tensor_mode", this, target, Name(rounding_mode));
        /// <inheritdoc cref="div(Tensor, RoundingMode)"/>
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Call("div.Scalar_mode", this, target, Name(rounding_mode));
        /// <summary>In-place form of div.</summary>
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => CallInPlace("div_.Tensor_mode", this, target, Name(rounding_mode));
        /// <inheritdoc cref="div_(Tensor, RoundingMode)"/>
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => CallInPlace("div_.Scalar_mode", this, target, Name(rounding_mode));
        /// <summary>The quotient by a tensor or number, rounded as asked.</summary>
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Call("divide.Tensor_mode", this, target, Name(rounding_mode));
        /// <inheritdoc cref="divide(Tensor, RoundingMode)"/>
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Call("divide.Scalar_mode", this, target, Name(rounding_mode));
        /// <summary>In-place form of divide.</summary>
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => CallInPlace("divide_.Tensor_mode", this, target, Name(rounding_mode));
        /// <inheritdoc cref="divide_(Tensor, RoundingMode)"/>
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => CallInPlace("divide_.Scalar_mode", this, target, Name(rounding_mode));
        /// <summary>The quotient rounded down.</summary>
        public Tensor floor_divide(Tensor other) => Call("floor_divide", this, other);
        /// <inheritdoc cref="floor_divide(Tensor)"/>
        public Tensor floor_divide(Scalar other) => Call("floor_divide.Scalar", this, other);
        /// <summary>In-place form of floor_divide.</summary>
        public Tensor floor_divide_(Tensor other) => CallInPlace("floor_divide_.Tensor", this, other);
        /// <inheritdoc cref="floor_divide_(Tensor)"/>
        public Tensor floor_divide_(Scalar other) => CallInPlace("floor_divide_.Scalar", this, other);
        /// <summary>The remainder with the divisor's sign.</summary>
        public Tensor remainder(Tensor target) => Call("remainder.Tensor", this, target);
        /// <inheritdoc cref="remainder(Tensor)"/>
        public Tensor remainder(Scalar scalar) => Call("remainder.Scalar", this, scalar);
        /// <summary>In-place form of remainder.</summary>
        public Tensor remainder_(Tensor target) => CallInPlace("remainder_.Tensor", this, target);
        /// <inheritdoc cref="remainder_(Tensor)"/>
        public Tensor remainder_(Scalar scalar) => CallInPlace("remainder_.Scalar", this, scalar);
        /// <summary>The remainder with the dividend's sign.</summary>
        public Tensor fmod(Tensor target) => Call("fmod.Tensor", this, target);
        /// <inheritdoc cref="fmod(Tensor)"/>
        public Tensor fmod(Scalar scalar) => Call("fmod.Scalar", this, scalar);
        /// <summary>In-place form of fmod.</summary>
        public Tensor fmod_(Tensor target) => CallInPlace("fmod_.Tensor", this, target);
        /// <inheritdoc cref="fmod_(Tensor)"/>
        public Tensor fmod_(Scalar scalar) => CallInPlace("fmod_.Scalar", this, scalar);
        /// <summary>The power.</summary>
        public Tensor pow(Tensor exponent) => Call("pow.Tensor_Tensor", this, exponent);
        /// <inheritdoc cref="pow(Tensor)"/>
        public Tensor pow(Scalar exponent) => Call("pow.Tensor_Scalar", this, exponent);
        /// <summary>In-place form of pow.</summary>
        public Tensor pow_(Tensor exponent) => CallInPlace("pow_.Tensor", this, exponent);
        /// <inheritdoc cref="pow_(Tensor)"/>
        public Tensor pow_(Scalar exponent) => CallInPlace("pow_.Scalar", this, exponent);
        /// <summary>Adds value · tensor1 · tensor2.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Call("addcmul", this, tensor1, tensor2, value);
        /// <summary>In-place form of addcmul.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => CallInPlace("addcmul_", this, tensor1, tensor2, value);
        /// <summary>Adds value · tensor1 / tensor2.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Call("addcdiv", this, tensor1, tensor2, value);
        /// <inheritdoc cref="addcdiv(Tensor, Tensor, Scalar)"/>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Call("addcdiv", this, tensor1, tensor2);
        /// <summary>In-place form of addcdiv.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => CallInPlace("addcdiv_", this, tensor1, tensor2, value);
        /// <inheritdoc cref="addcdiv_(Tensor, Tensor, Scalar)"/>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => CallInPlace("addcdiv_", this, tensor1, tensor2);
        /// <summary>Goes from this tensor towards end by weight: this + weight · (end − this).</summary>
        public Tensor lerp(Tensor end, Tensor weight) => Call("lerp.Tensor", this, end, weight);
        /// <summary>In-place form of lerp.</summary>
        public Tensor lerp_(Tensor end, Tensor weight) => CallInPlace("lerp_.Tensor", this, end, weight);
        /// <summary>The angle of the point (other, this).</summary>
        public Tensor atan2(Tensor other) => Call("atan2", this, other);
        /// <summary>In-place form of atan2.</summary>
        public Tensor atan2_(Tensor other) => CallInPlace("atan2_", this, other);
        /// <summary>The product with the logarithm of y, zero where this tensor is.</summary>
        public Tensor xlogy(Tensor y) => Call("xlogy.Tensor", this, y);
        /// <inheritdoc cref="xlogy(Tensor)"/>
        public Tensor xlogy(Scalar y) => Call("xlogy.Scalar_Other", this, y);
        /// <summary>In-place form of xlogy.</summary>
        public Tensor xlogy_(Tensor y) => CallInPlace("xlogy_.Tensor", this, y);
        /// <inheritdoc cref="xlogy_(Tensor)"/>
        public Tensor xlogy_(Scalar y) => CallInPlace("xlogy_.Scalar_Other", this, y);
        /// <summary>The larger element of each pair.</summary>
        public Tensor maximum(Tensor other) => Call("maximum", this, other);
        /// <summary>The smaller element of each pair.</summary>
        public Tensor minimum(Tensor other) => Call("minimum", this, other);
        /// <summary>The length of the hypotenuse.</summary>
        public Tensor hypot(Tensor other) => Call("hypot", this, other);
        /// <summary>log(exp(this) + exp(other)) without overflow.</summary>
        public Tensor logaddexp(Tensor other) => Call("logaddexp", this, other);
        /// <summary>Limits the elements to a range with optional ends.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Call("clamp", this, min, max);
        /// <inheritdoc cref="clamp(Scalar, Scalar)"/>
        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Call("clamp.Tensor", this, min, max);
        /// <summary>In-place form of clamp.</summary>
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => CallInPlace("clamp_", this, min, max);
        /// <inheritdoc cref="clamp_(Scalar, Scalar)"/>
        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => CallInPlace("clamp_.Tensor", this, min, max);
        /// <summary>Raises elements below the bound to it.</summary>
        public Tensor clamp_min(Scalar min) => Call("clamp_min", this, min);
        /// <summary>In-place form of clamp_min.</summary>
        public Tensor clamp_min_(Scalar min) => CallInPlace("clamp_min_", this, min);
        /// <summary>Lowers elements above the bound to it.</summary>
        public Tensor clamp_max(Scalar max) => Call("clamp_max", this, max);
        /// <summary>In-place form of clamp_max.</summary>
        public Tensor clamp_max_(Scalar max) => CallInPlace("clamp_max_", this, max);
        /// <summary>The element with the other's sign.</summary>
        public Tensor copysign(Tensor other) => Call("copysign.Tensor", this, other);
        /// <summary>In-place form of copysign.</summary>
        public Tensor copysign_(Tensor other) => CallInPlace("copysign_.Tensor", this, other);
        /// <summary>The nearest integer, halves to even; or the nearest multiple of ten to the -decimals.</summary>
        public Tensor round(long decimals = 0) => Call("round.decimals", this, decimals);
        /// <summary>In-place form of round.</summary>
        public Tensor round_(long decimals = 0) => CallInPlace("round_.decimals", this, decimals);
        /// <summary>Replaces what is not a finite number.</summary>
        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => Call("nan_to_num", this, nan, posinf, neginf);
        /// <summary>In-place form of nan_to_num.</summary>
        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null) => CallInPlace("nan_to_num_", this, nan, posinf, neginf);
        /// <summary>log(x / (1 − x)), the inverse of sigmoid.</summary>
        public Tensor logit(double? eps = null) => Call("logit", this, eps);
        /// <summary>In-place form of logit.</summary>
        public Tensor logit_(double? eps = null) => CallInPlace("logit_", this, eps);
    }
}
